//! The page where one can be every person of the sandbox.

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

/// The page and its parts.
pub(crate) fn routes() -> Router {
    let mut routes = Router::new();
    for (path, kind, text) in [
        ("/", HTML, include_str!("../page/index.html")),
        ("/page.css", CSS, include_str!("../page/page.css")),
        ("/chat.css", CSS, include_str!("../page/chat.css")),
        ("/narrow.css", CSS, include_str!("../page/narrow.css")),
        ("/page.js", JS, include_str!("../page/page.js")),
        ("/pay.js", JS, include_str!("../page/pay.js")),
        ("/taps.js", JS, include_str!("../page/taps.js")),
        ("/view.js", JS, include_str!("../page/view.js")),
        ("/words.js", JS, include_str!("../page/words.js")),
    ] {
        let serve = move || async move { ([(header::CONTENT_TYPE, kind)], text).into_response() };
        routes = routes.route(path, get(serve));
    }
    routes
}
