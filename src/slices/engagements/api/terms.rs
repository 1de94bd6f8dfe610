//! The versions of an engagement's terms over HTTP.

use crate::db::Conn;
use crate::kernel::error::Result;
use crate::kernel::{Remark, Timestamp};
use crate::platform::cx::Cx;
use crate::platform::kit::{self, Addressed};
use crate::slices::engagements::{
    acts,
    mail::ProposalMail,
    model::{
        AcceptOptions, Answer, AnswerNote, ApplyTo, Engagement, NewTermsVersion, TermsAct, TermsFilter, TermsRow,
        TermsVersionRecord,
    },
    store,
};
use crate::web::{Changed, Created, Found, Json, List, Listed, Query};

impl Addressed for TermsRow {
    const SEVERAL: bool = true;

    async fn find(conn: &mut Conn, cx: &Cx, at: Timestamp) -> Result<Self> {
        let engagement = Engagement::find(conn, cx, at).await?;
        let row = store::terms::find(conn, cx.scope(), engagement.row.id, cx.id("terms_id")?).await?;
        Ok(TermsRow { in_force_from: engagement.in_force_from(), ..row })
    }

    fn location(&self) -> String {
        format!("/v1/engagements/{}/terms/{}", self.engagement_id, self.id)
    }
}

pub async fn list_terms(cx: Cx, list: List<TermsFilter>) -> Result<Listed<TermsVersionRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let at = conn.recorded_at;
    let engagement = Engagement::find(&mut conn, &cx, at).await?;
    let (id, in_force_from) = (engagement.row.id, engagement.in_force_from());
    let mut page = store::terms::list(&mut conn, scope, id, &list.filter, &list.slice).await?;
    page.rows.iter_mut().for_each(|row| row.in_force_from = in_force_from);
    let count = async || store::terms::count(&mut conn, scope, id, &list.filter, &list.slice).await;
    kit::list(&cx, &list, page, count).await
}

pub async fn propose_terms(cx: Cx, body: Json<NewTermsVersion>) -> Result<Created<TermsVersionRecord>> {
    kit::create_in(&cx, body, async |tx, engagement: Engagement, new| {
        let row = acts::propose_terms(tx, cx.scope(), &engagement, new).await?;
        let fields = &engagement.row.fields;
        let mail = ProposalMail::write(tx, fields.client_id, &fields.title, true).await?;
        mail.enqueue(cx.app(), tx).await?;
        Ok(row.map(|row| TermsRow { in_force_from: engagement.in_force_from(), ..row }))
    })
    .await
}

pub async fn get_terms(cx: Cx) -> Result<Found<TermsVersionRecord>> {
    kit::show::<TermsRow>(&cx).await
}

pub async fn accept_terms(
    cx: Cx,
    query: Query<AcceptOptions>,
    body: Json<AnswerNote>,
) -> Result<Changed<TermsVersionRecord>> {
    let apply_to = query.read(&cx)?.apply_to.unwrap_or_default();
    answer(cx, Answer::Accept, body, apply_to).await
}

pub async fn decline_terms(cx: Cx, body: Json<AnswerNote>) -> Result<Changed<TermsVersionRecord>> {
    answer(cx, Answer::Decline, body, ApplyTo::None).await
}

pub async fn withdraw_terms(cx: Cx) -> Result<Changed<TermsVersionRecord>> {
    decide(cx, TermsAct::Withdraw, None, ApplyTo::None).await
}

async fn answer(
    cx: Cx,
    answer: Answer,
    body: Json<AnswerNote>,
    apply_to: ApplyTo,
) -> Result<Changed<TermsVersionRecord>> {
    let (said, by_client) = (kit::said::<TermsRow, _>(&cx, body).await?, cx.scope().is_client());
    let said = said.judged(|said, faults| said.check(answer, by_client, faults))?;
    let act = match answer {
        Answer::Accept => TermsAct::Accept,
        Answer::Decline => TermsAct::Decline,
    };
    decide(cx, act, said.note, apply_to).await
}

async fn decide(
    cx: Cx,
    act: TermsAct,
    note: Option<Remark>,
    apply_to: ApplyTo,
) -> Result<Changed<TermsVersionRecord>> {
    kit::act(&cx, async |tx, before: TermsRow| {
        let scope = cx.scope();
        let at = tx.recorded_at();
        let engagement = store::find(tx, scope, before.engagement_id, at).await?;
        let after = acts::decide_terms(tx, scope, &engagement, before, act, note).await?;
        if apply_to == ApplyTo::Unlocked {
            tx.react_to(&mut acts::RetroactiveTerms(TermsRow::clone(&after))).await?;
        }
        Ok(after)
    })
    .await
}
