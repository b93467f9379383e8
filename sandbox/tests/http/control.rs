//! The control interface, as the page uses it.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};

use crate::support::{Fixture, multipart};

#[tokio::test]
async fn the_page_shows_people_time_and_chats() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let id = fixture.ann.id;
    let state = fixture.control("GET", "state", Value::Null).await?;
    assert_eq!(state.json["local"], "Sat 21 Nov 2026, 10:15");
    assert_eq!(state.json["zone"], "Europe/Berlin");
    assert_eq!(state.json["people"][0]["first_name"], "Ann");

    let button = json!({"inline_keyboard": [[{"text": "Go", "callback_data": "g"}]]});
    fixture
        .call("sendMessage", json!({"chat_id": id, "text": "<b>a</b> < b", "reply_markup": button}))
        .await?;
    fixture
        .call("setMyCommands", json!({"commands": [{"command": "start", "description": "Begin"}]}))
        .await?;
    fixture.call("sendChatAction", json!({"chat_id": id, "action": "typing"})).await?;
    let chat = fixture.control("GET", &format!("chats/{id}"), Value::Null).await?.json;
    assert_eq!(chat["messages"][0]["text"], "/start");
    assert_eq!(chat["messages"][1]["html"], "&lt;b&gt;a&lt;/b&gt; &lt; b");
    assert_eq!(chat["messages"][1]["keyboard"], json!([[{"text": "Go", "data": "g"}]]));
    assert_eq!(chat["messages"][1]["local_time"], "10:15");
    assert_eq!(chat["commands"][0]["command"], "start");
    assert_eq!(chat["action"], "typing");
    assert_eq!(chat["reply_keyboard"], Value::Null);

    for page in [
        "/",
        "/page.css",
        "/chat.css",
        "/narrow.css",
        "/page.js",
        "/pay.js",
        "/taps.js",
        "/view.js",
        "/words.js",
    ] {
        let request = Request::get(format!("{}{page}", fixture.sandbox.url())).body(Body::empty())?;
        assert_eq!(fixture.send(request).await?.status, 200, "{page}");
    }
    Ok(())
}

#[tokio::test]
async fn people_act_through_it() -> anyhow::Result<()> {
    let fixture = Fixture::start().await?;
    let joined = fixture
        .control("POST", "people", json!({"first_name": "Bob", "label": "Therapist", "phone": "+4930999"}))
        .await?;
    let id = joined.json["id"].as_i64().unwrap_or_default();
    for (act, body, key) in [
        ("text", json!({"text": "/start x"}), "message_id"),
        ("contact", json!({}), "message_id"),
        ("contact", json!({"phone": "+1", "first_name": "Eve"}), "message_id"),
        ("location", json!({"latitude": 52.5, "longitude": 13.4}), "message_id"),
        ("sticker", json!({"emoji": "👍"}), "message_id"),
        ("tap", json!({"message_id": 1, "data": "x"}), "callback_id"),
        ("block", json!({"blocked": true}), "blocked"),
    ] {
        let got = fixture.control("POST", &format!("chats/{id}/{act}"), body).await?;
        assert!(got.json.get(key).is_some(), "{act}: {got:?}");
    }
    let updates = fixture.call("getUpdates", json!({})).await?;
    let updates = updates.result();
    assert_eq!(updates[0]["message"]["entities"][0]["type"], "bot_command");
    assert_eq!(updates[1]["message"]["contact"]["user_id"], id);
    assert!(updates[2]["message"]["contact"].get("user_id").is_none());
    assert_eq!(updates[6]["my_chat_member"]["new_chat_member"]["status"], "kicked");

    for (path, body) in [
        (format!("chats/{id}/text"), json!({"text": " "})),
        ("chats/1/text".to_owned(), json!({"text": "x"})),
        ("clock".to_owned(), json!({})),
        ("faults".to_owned(), json!({"kind": "earthquake"})),
        ("nothing".to_owned(), json!({})),
    ] {
        let got = fixture.control("POST", &path, body).await?;
        assert!((400..500).contains(&got.status), "{path}: {got:?}");
        assert!(got.json["error"].is_string(), "{path}: {got:?}");
    }
    Ok(())
}

#[tokio::test]
async fn it_moves_the_clock_and_keeps_files() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let moved = fixture.control("POST", "clock", json!({"advance_seconds": 900})).await?;
    assert_eq!(moved.json["local"], "Sat 21 Nov 2026, 10:30");
    let morning = fixture.control("POST", "clock", json!({"to": "next_morning"})).await?;
    assert_eq!(morning.json["local"], "Sun 22 Nov 2026, 08:00");

    let telegram = fixture.sandbox.telegram();
    telegram.send_document(fixture.ann.id, "Bericht ü.txt", "text/plain", b"hi".to_vec());
    let chat = fixture.control("GET", &format!("chats/{}", fixture.ann.id), Value::Null).await?;
    let file = chat.json["messages"][1]["document"]["file_id"].as_str().unwrap_or_default().to_owned();
    let got = fixture.control("GET", &format!("files/{file}"), Value::Null).await?;
    assert_eq!(got.text, "hi");
    Ok(())
}

#[tokio::test]
async fn people_upload_photos_and_documents() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let upload = async |kind: &str, field: &str, bytes: &[u8]| {
        let (form, body) = multipart(&[("caption", "my back")], (field, "x.gif", bytes));
        let request =
            Request::post(format!("{}/control/chats/{}/{kind}", fixture.sandbox.url(), fixture.ann.id))
                .header(header::CONTENT_TYPE, form)
                .body(Body::from(body))?;
        fixture.send(request).await
    };
    let picture = b"GIF89a\x03\x00\x02\x00";
    assert!(upload("photo", "file", picture).await?.json["message_id"].is_i64());
    assert!(upload("document", "file", picture).await?.json["message_id"].is_i64());
    let updates = fixture.call("getUpdates", json!({})).await?;
    let (photo, document) = (&updates.result()[0]["message"], &updates.result()[1]["message"]);
    assert_eq!(photo["caption"], "my back");
    assert_eq!([&photo["photo"][0]["width"], &photo["photo"][0]["height"]], [3, 2]);
    assert_eq!(document["document"]["file_name"], "x.gif");
    let chat = fixture.control("GET", &format!("chats/{}", fixture.ann.id), Value::Null).await?;
    assert_eq!(chat.json["messages"][1]["text"], "my back");
    assert_eq!(chat.json["messages"][1]["photo"]["file_id"], photo["photo"][0]["file_id"]);

    for (kind, field, bytes) in
        [("photo", "file", &b"no picture"[..]), ("photo", "image", picture), ("document", "x", b"x")]
    {
        let refused = upload(kind, field, bytes).await?;
        assert_eq!(refused.status, 400, "{refused:?}");
        assert!(refused.json["error"].is_string(), "{refused:?}");
    }
    Ok(())
}

#[tokio::test]
async fn events_tell_of_changes() -> anyhow::Result<()> {
    use futures::StreamExt;

    let fixture = Fixture::start().await?;
    let url = fixture.sandbox.url().trim_start_matches("http://").to_owned();
    let mut stream = tokio::net::TcpStream::connect(url).await?;
    tokio::io::AsyncWriteExt::write_all(&mut stream, b"GET /control/events HTTP/1.1\r\nHost: x\r\n\r\n")
        .await?;
    let mut seen = String::new();
    let mut chunks = Box::pin(futures::stream::unfold(stream, async |mut stream| {
        let mut buffer = vec![0; 1024];
        let read = tokio::io::AsyncReadExt::read(&mut stream, &mut buffer).await;
        let text = String::from_utf8_lossy(&buffer[..read.ok()?]).into_owned();
        Some((text, stream))
    }));
    for expected in 1..=2 {
        while seen.matches("data: {\"version\":").count() < expected {
            let chunk = tokio::time::timeout(std::time::Duration::from_secs(5), chunks.next()).await?;
            seen.push_str(&chunk.unwrap_or_default());
        }
        fixture.sandbox.telegram().send_text(fixture.ann.id, "news");
    }
    Ok(())
}
