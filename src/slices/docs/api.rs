//! The handlers of the documentation.

use super::{Document, assets, document::Pages, site};
use crate::kernel::error::{Error, Result};
use crate::web::{Page, Request};
use actix_web::web::Data;
use std::sync::LazyLock;

/// The server's root has nothing of its own. The address is relative: it holds behind any name and proxy.
pub async fn show_root(_: Request) -> Result<Page> {
    Ok(Page::moved_to("/docs"))
}

/// The OpenAPI document.
pub async fn show_openapi(request: Request) -> Result<Page> {
    Ok(pages(&request)?.document.clone())
}

/// The reference: the page that reads the document in the browser.
pub async fn show_reference(_: Request) -> Result<Page> {
    static PAGE: LazyLock<Page> = LazyLock::new(|| Page::html(site::reference()));
    Ok(PAGE.clone())
}

/// The catalogue of problem codes, in English and German.
pub async fn show_problems(request: Request) -> Result<Page> {
    Ok(pages(&request)?.problems.clone())
}

/// A page of the guide; the first one without a name.
pub async fn show_guide(request: Request) -> Result<Page> {
    let name = request.http().match_info().query("page");
    let page = pages(&request)?.guide.iter().find(|(known, _)| *known == name);
    page.map(|(_, page)| page.clone()).ok_or_else(Error::not_found)
}

/// What pages load.
pub async fn show_asset(request: Request) -> Result<Page> {
    let http = request.http();
    assets::find(http.match_info().query("file"), http).ok_or_else(Error::not_found)
}

/// Where browsers look for an icon by themselves.
pub async fn show_icon(request: Request) -> Result<Page> {
    assets::find(assets::ICON, request.http()).ok_or_else(Error::not_found)
}

fn pages(request: &Request) -> Result<&Pages> {
    let document = request.http().app_data::<Data<Document>>().ok_or_else(Error::not_found)?;
    Ok(document.pages())
}
