//! The hours left as a page and as a picture, in German and in English. Nothing in them is anybody's text.

use super::model::SharedBalance;
use crate::kernel::Date;
use crate::web::{Page, Picture};

/// What is said in one language.
struct Words {
    language: &'static str,
    title: &'static str,
    left: &'static str,
    used: &'static str,
    next_expiry: &'static str,
    unit: &'static str,
    unlimited: &'static str,
    none: &'static str,
    on: &'static str,
    as_of: &'static str,
    date: &'static str,
}

const GERMAN: Words = Words {
    language: "de",
    title: "Stundenstand",
    left: "Noch übrig",
    used: "Verbraucht",
    next_expiry: "Verfällt",
    unit: "Std.",
    unlimited: "ohne Grenze",
    none: "nichts",
    on: "am",
    as_of: "Stand:",
    date: "%d.%m.%Y",
};

const ENGLISH: Words = Words {
    language: "en",
    title: "Hours left",
    left: "Left",
    used: "Used",
    next_expiry: "Expires",
    unit: "h",
    unlimited: "no limit",
    none: "nothing",
    on: "on",
    as_of: "As of",
    date: "%-d %B %Y",
};

const STYLE: &str = "body{margin:0;font:16px/1.5 system-ui,sans-serif;color:#1d2a33;background:#f4f3ee}\
    main{max-width:26rem;margin:12vh auto 0;padding:1.5rem 2rem;background:#fff;border:1px solid #d9d6cc;border-radius:8px}\
    h1{margin:0 0 1rem;font-size:1.1rem}dl{margin:0}div{display:flex;justify-content:space-between;gap:1rem;\
    padding:.4rem 0;border-top:1px solid #ebe9e1}dd{margin:0;text-align:right;font-weight:600}\
    p{margin:1rem 0 0;font-size:.85rem;color:#5b6770}";

/// The page.
pub fn page(balance: &SharedBalance, german: bool) -> Page {
    let words = Words::of(german);
    let Words { language, title, .. } = words;
    let row = |(name, value): &(&str, String)| format!("<div><dt>{name}</dt><dd>{value}</dd></div>");
    let rows: String = words.rows(balance).iter().map(row).collect();
    let as_of = words.as_of(balance);
    let body = format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1><dl>{rows}</dl><p>{as_of}</p></main></body></html>"
    );
    Page::styled(body, STYLE).personal(language)
}

/// The picture: a row for each number, and all of it as its text.
pub fn badge(balance: &SharedBalance, german: bool) -> Picture {
    let words = Words::of(german);
    let (rows, as_of) = (words.rows(balance), words.as_of(balance));
    let said: Vec<String> = rows.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let said = format!("{}. {as_of}", said.join(", "));
    let row = |(n, (name, value)): (usize, &(&str, String))| {
        let y = 22 + 21 * n;
        format!(
            "<text x=\"12\" y=\"{y}\">{name}</text><text x=\"348\" y=\"{y}\" text-anchor=\"end\" \
             font-weight=\"bold\">{value}</text>"
        )
    };
    let rows: String = rows.iter().enumerate().map(row).collect();
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"360\" height=\"98\" viewBox=\"0 0 360 98\" role=\"img\" \
         aria-label=\"{said}\"><title>{said}</title>\
         <rect x=\".5\" y=\".5\" width=\"359\" height=\"97\" rx=\"6\" fill=\"#fff\" stroke=\"#d9d6cc\"/>\
         <g font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"13\" fill=\"#1d2a33\">{rows}\
         <text x=\"12\" y=\"87\" font-size=\"11\" fill=\"#5b6770\">{as_of}</text></g></svg>"
    );
    Picture::svg(svg, words.language)
}

impl Words {
    fn of(german: bool) -> &'static Self {
        if german { &GERMAN } else { &ENGLISH }
    }

    /// What is left is rounded down and what was used is rounded up, so that nothing is promised that is not there.
    fn rows(&self, balance: &SharedBalance) -> [(&'static str, String); 3] {
        let left = balance.left_seconds.map(|seconds| self.hours(seconds.div_euclid(60)));
        let used = self.hours((balance.used_seconds + 59).div_euclid(60));
        let expiry = balance.next_expiry.as_ref().map(|expiry| {
            let (hours, on) = (self.hours(expiry.seconds.div_euclid(60)), self.date(expiry.on));
            format!("{hours} {} {on}", self.on)
        });
        [
            (self.left, left.unwrap_or_else(|| self.unlimited.to_owned())),
            (self.used, used),
            (self.next_expiry, expiry.unwrap_or_else(|| self.none.to_owned())),
        ]
    }

    fn hours(&self, minutes: i64) -> String {
        let (sign, minutes) = (if minutes < 0 { "−" } else { "" }, minutes.abs());
        format!("{sign}{}:{:02} {}", minutes / 60, minutes % 60, self.unit)
    }

    fn as_of(&self, balance: &SharedBalance) -> String {
        format!("{} {}", self.as_of, self.date(balance.on))
    }

    fn date(&self, date: Date) -> String {
        date.0.format(self.date).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slices::packages::model::LotExpiry;

    #[test]
    fn hours_are_told_in_both_languages_and_never_too_many() {
        let on = |text: &str| text.parse::<Date>().unwrap();
        let expiry = LotExpiry { on: on("2026-11-30"), seconds: 7_259 };
        let balance = SharedBalance {
            on: on("2026-11-06"),
            left_seconds: Some(-30),
            used_seconds: 36_001,
            next_expiry: Some(expiry),
        };
        let values = |words: &Words, balance| words.rows(balance).map(|(_, value)| value);
        assert_eq!(values(&GERMAN, &balance), ["−0:01 Std.", "10:01 Std.", "2:00 Std. am 30.11.2026"]);
        assert_eq!(values(&ENGLISH, &balance), ["−0:01 h", "10:01 h", "2:00 h on 30 November 2026"]);
        assert_eq!(
            (GERMAN.as_of(&balance), ENGLISH.as_of(&balance)),
            ("Stand: 06.11.2026".into(), "As of 6 November 2026".into())
        );
        let open = SharedBalance { left_seconds: None, next_expiry: None, ..balance };
        assert_eq!(values(&ENGLISH, &open), ["no limit", "10:01 h", "nothing"]);
    }
}
