//! Lists that the program itself knows, such as the kinds of channels: in pages and searched as every list.

use super::{
    Reader, Request,
    answer::Listed,
    cursor::{Cursor, Key},
    list::{cursor_param, limit_param, next_base, read_limit},
    openapi::{Components, Documented, OperationDoc},
    params::{Many, ParamDoc, SearchText, Verbatim},
};
use crate::kernel::error::Result;
use crate::kernel::fold;
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use std::future::{Ready, ready};
use uuid::Uuid;

/// The parameters of a list that the program knows, read when the handler asks for them.
pub struct Catalogue;

impl Catalogue {
    /// The page that is asked for, of entries in their order; `text` is what is searched.
    pub fn page<T>(&self, request: &Request, entries: Vec<T>, text: impl Fn(&T) -> String) -> Result<Listed<T>> {
        let mut reader = Reader::of(request)?;
        let limit = read_limit(&mut reader)?;
        let cursor = reader.get::<Verbatim>("cursor")?;
        reader.forget();
        let wanted = reader.get::<SearchText>("q")?.map(|q| fold(&q));
        let context = format!("{}?{}", request.http().path(), reader.meaning()).into_bytes();
        reader.finish()?;
        let (cursors, now) = (&request.settings().cursors, request.settings().clock.now());
        let after = match cursor.map(|text| Cursor::open(&text.0, cursors, &context)).transpose()?.map(|c| c.key) {
            Some(Key::I(after)) => after,
            _ => 0,
        };
        let found = |entry: &T| wanted.as_ref().is_none_or(|wanted| fold(&text(entry)).contains(wanted.as_str()));
        let mut rest = entries.into_iter().filter(found).skip(after as usize);
        let mut page = Listed::whole(rest.by_ref().take(limit as usize).collect(), now);
        page.has_more = rest.next().is_some();
        if page.has_more {
            let cursor = Cursor { as_of: now.micros(), key: Key::I(after + limit), id: Uuid::nil() };
            let cursor = cursor.seal(cursors, &context);
            page.next_url = Some(format!("{}cursor={cursor}", next_base(request)));
            page.next_cursor = Some(cursor);
        }
        Ok(page)
    }
}

impl FromRequest for Catalogue {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;
    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self))
    }
}

impl Documented for Catalogue {
    const READS_QUERY: bool = true;

    fn describe(operation: &mut OperationDoc, components: &mut Components) {
        operation.params.extend([limit_param(), cursor_param()]);
        operation.params.push(ParamDoc {
            name: "q",
            description: "Searches ids and names, in any case and with or without accents.",
            schema: components.reference::<SearchText>(),
            many: Many::No,
            assistants_only: false,
        });
    }
}
