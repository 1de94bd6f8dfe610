//! Reading the stream.

use super::{
    model::{EventFilter, EventRecord, EventTypeInfo},
    store, types,
};
use crate::kernel::error::{Code, Error, Result};
use crate::platform::cx::Cx;
use crate::platform::events::EventType;
use crate::web::{Catalogue, Found, List, Listed};

pub async fn list_events(cx: Cx, list: List<EventFilter>) -> Result<Listed<EventRecord>> {
    let mut list = list.read(&cx)?;
    let mut conn = list.snapshot(&cx).await?;
    let (scope, filter) = (cx.scope(), &list.filter);
    let page = store::list(&mut conn, scope, filter, &list.slice).await?.ok_or_else(|| {
        Error::new(Code::InvalidParameter).with("name", "after").with_both(
            "reason",
            "there is no such event for you.",
            "dieses Ereignis gibt es für Sie nicht.",
        )
    })?;
    let mut answer = list.answer(&cx, page, |row| row.view(scope.is_client()));
    if list.include.total_count {
        answer.total_count = Some(store::count(&mut conn, scope, filter).await?);
    }
    Ok(answer)
}

pub async fn get_event(cx: Cx) -> Result<Found<EventRecord>> {
    let scope = cx.scope();
    let row = store::find(&mut cx.read().await?, scope, cx.id("event_id")?).await?;
    Ok(Found(row.view(scope.is_client())))
}

pub async fn list_event_types(cx: Cx, page: Catalogue) -> Result<Listed<EventTypeInfo>> {
    let info = |known: &EventType| EventTypeInfo {
        id: known.name.to_owned(),
        name: known.name.to_owned(),
        title: known.about.to_owned(),
        resource: known.resource.to_owned(),
        data_schema: known.data.to_owned(),
    };
    page.page(&cx, types().map(info).collect(), |kind| format!("{} {}", kind.name, kind.title))
}
