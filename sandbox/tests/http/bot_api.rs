//! Sending, editing, deleting, files: what Telegram does and what it refuses.

use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use chrono::TimeDelta;
use serde_json::{Value, json};
use vizit_sandbox::{Content, Keyboard};

use crate::support::{Fixture, TOKEN, multipart};

#[tokio::test]
async fn names_tokens_and_ways_to_pass_parameters() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let url = fixture.sandbox.url();
    let id = fixture.ann.id;

    let me = fixture.call("GETME", json!({})).await?;
    assert_eq!(me.result()["id"], 4242);
    assert_eq!(fixture.call("nothing", json!({})).await?.status, 404);
    let stranger = Request::get(format!("{url}/bot1:x/getMe")).body(Body::empty())?;
    let refused = fixture.send(stranger).await?;
    assert_eq!((refused.status, refused.description()), (401, "Unauthorized"));

    let query = Request::get(format!(
        "{url}/bot{TOKEN}/sendMessage?chat_id={id}&text=a%20%26%20b&protect_content=True"
    ))
    .body(Body::empty())?;
    let sent = fixture.send(query).await?;
    assert_eq!(sent.result()["text"], "a & b");
    assert_eq!(sent.result()["has_protected_content"], true);

    let form = Request::post(format!("{url}/bot{TOKEN}/sendMessage"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!(
            "chat_id={id}&text=%3Cb%3Ex%3C%2Fb%3E+y&parse_mode=HTML&reply_markup=%7B%22inline_keyboard%22%3A%5B%5B%7B%22text%22%3A%22go%22%2C%22callback_data%22%3A%22g%22%7D%5D%5D%7D"
        )))?;
    let sent = fixture.send(form).await?;
    assert_eq!(sent.result()["text"], "x y");
    assert_eq!(sent.result()["entities"], json!([{"type": "bold", "offset": 0, "length": 1}]));
    assert_eq!(sent.result()["reply_markup"]["inline_keyboard"][0][0]["callback_data"], "g");
    let unknown = json!({"chat_id": id, "text": "x", "parsemode": "HTML"});
    assert_eq!(fixture.refusal("sendMessage", unknown).await?, "Bad Request: unknown parameter parsemode");
    Ok(())
}

#[tokio::test]
async fn texts_that_are_refused() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let id = fixture.ann.id;
    let keyboard = |button: Value| json!({"inline_keyboard": [[button]]});
    for (extra, description) in [
        (json!({"text": ""}), "message text is empty"),
        (json!({"text": " \n "}), "text must be non-empty"),
        (json!({"text": "x".repeat(4097)}), "message is too long"),
        (
            json!({"text": "<b>", "parse_mode": "HTML"}),
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (json!({"text": "x", "chat_id": 1}), "chat not found"),
        (
            json!({"text": "x", "reply_markup": keyboard(json!({"text": "a", "callback_data": "я".repeat(33)}))}),
            "BUTTON_DATA_INVALID",
        ),
        (
            json!({"text": "x", "reply_markup": keyboard(json!({"text": "a"}))}),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            json!({"text": "x", "reply_markup": keyboard(json!({"text": "a", "callback_data": "a", "colour": 1}))}),
            "can't parse inline keyboard button: unknown field \"colour\"",
        ),
        (
            json!({"text": "x", "reply_markup": {"inline_keybord": []}}),
            "can't parse reply markup: unknown field \"inline_keybord\"",
        ),
        (json!({"text": "x", "reply_parameters": {"message_id": 999}}), "message to be replied not found"),
    ] {
        let mut params = json!({"chat_id": id});
        for (name, value) in extra.as_object().into_iter().flatten() {
            params[name] = value.clone();
        }
        assert_eq!(fixture.refusal("sendMessage", params).await?, format!("Bad Request: {description}"));
    }
    let longest = format!("<b>{}</b>", "x".repeat(4096));
    let sent =
        fixture.call("sendMessage", json!({"chat_id": id, "text": longest, "parse_mode": "HTML"})).await?;
    assert_eq!(sent.status, 200);
    Ok(())
}

#[tokio::test]
async fn only_people_who_wrote_and_did_not_block() -> anyhow::Result<()> {
    let fixture = Fixture::start().await?;
    let id = fixture.ann.id;
    let hello = json!({"chat_id": id, "text": "hello"});
    let cold = fixture.call("sendMessage", hello.clone()).await?;
    assert_eq!(
        (cold.status, cold.description()),
        (403, "Forbidden: bot can't initiate conversation with a user")
    );
    fixture.sandbox.telegram().send_text(id, "hi");
    assert_eq!(fixture.call("sendMessage", hello.clone()).await?.status, 200);
    fixture.sandbox.telegram().block_bot(id, true);
    let blocked = fixture.call("sendMessage", hello.clone()).await?;
    assert_eq!((blocked.status, blocked.description()), (403, "Forbidden: bot was blocked by the user"));
    fixture.sandbox.telegram().block_bot(id, false);
    assert_eq!(fixture.call("sendMessage", hello).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn editing_and_deleting() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let telegram = fixture.sandbox.telegram();
    let id = fixture.ann.id;
    let written = telegram.send_text(id, "mine");
    let sent = fixture.call("sendMessage", json!({"chat_id": id, "text": "one"})).await?;
    let message = sent.result()["message_id"].clone();
    let edit = |text: &str| json!({"chat_id": id, "message_id": message, "text": text});

    assert!(
        fixture
            .refusal("editMessageText", edit("one"))
            .await?
            .starts_with("Bad Request: message is not modified: specified new message content")
    );
    let edited = fixture.call("editMessageText", edit("two")).await?;
    assert_eq!(edited.result()["text"], "two");
    assert!(edited.result()["edit_date"].is_i64());
    for (target, description) in [
        (json!(written), "Bad Request: message can't be edited"),
        (json!(9999), "Bad Request: message to edit not found"),
    ] {
        let params = json!({"chat_id": id, "message_id": target, "text": "x"});
        assert_eq!(fixture.refusal("editMessageText", params).await?, description);
    }
    let reply = json!({"keyboard": [[{"text": "Share", "request_contact": true}]]});
    let with_reply =
        fixture.call("sendMessage", json!({"chat_id": id, "text": "phone?", "reply_markup": reply})).await?;
    assert!(with_reply.result().get("reply_markup").is_none());
    let params = json!({"chat_id": id, "message_id": with_reply.result()["message_id"], "text": "x"});
    assert_eq!(fixture.refusal("editMessageText", params).await?, "Bad Request: message can't be edited");
    assert!(matches!(telegram.chat(id).reply_keyboard, Keyboard::Reply { .. }));

    let target = json!({"chat_id": id, "message_id": message});
    fixture.sandbox.clock().advance(TimeDelta::hours(49));
    assert_eq!(
        fixture.refusal("deleteMessage", target.clone()).await?,
        "Bad Request: message can't be deleted for everyone"
    );
    fixture.sandbox.clock().advance(TimeDelta::hours(-2));
    assert_eq!(fixture.call("deleteMessage", target.clone()).await?.json["result"], true);
    assert_eq!(fixture.refusal("deleteMessage", target).await?, "Bad Request: message to delete not found");
    Ok(())
}

#[tokio::test]
async fn taps_are_answered_within_their_life() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let telegram = fixture.sandbox.telegram();
    let callback = telegram.tap(fixture.ann.id, 777, "anything");
    let updates = fixture.call("getUpdates", json!({})).await?;
    let query = &updates.result()[0]["callback_query"];
    assert_eq!(query["id"], json!(callback));
    assert_eq!(query["message"]["date"], 0);
    assert_eq!(telegram.unanswered_callbacks(), vec![callback.clone()]);

    let answer = json!({"callback_query_id": callback, "text": "done", "show_alert": true});
    for _ in 0..2 {
        assert_eq!(fixture.call("answerCallbackQuery", answer.clone()).await?.status, 200);
    }
    assert!(telegram.unanswered_callbacks().is_empty());
    let answers = telegram.chat(fixture.ann.id).answers;
    assert_eq!(answers.len(), 2);
    assert!(answers[0].alert && answers[0].text.as_deref() == Some("done"));

    let long = json!({"callback_query_id": callback, "text": "x".repeat(201)});
    assert_eq!(fixture.refusal("answerCallbackQuery", long).await?, "Bad Request: MESSAGE_TOO_LONG");
    fixture.sandbox.clock().advance(TimeDelta::seconds(151));
    assert_eq!(
        fixture.refusal("answerCallbackQuery", answer).await?,
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    );
    Ok(())
}

#[tokio::test]
async fn files_up_and_down() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let (url, id) = (fixture.sandbox.url(), fixture.ann.id);
    let (kind, body) = multipart(
        &[
            ("chat_id", &format!("{id}")),
            ("document", "attach://part"),
            ("caption", "<i>a copy</i>"),
            ("parse_mode", "HTML"),
        ],
        ("part", "b.txt", b"bytes"),
    );
    // Sent in chunks, as clients do that do not know the length.
    let chunks = body
        .chunks(100)
        .map(|chunk| Ok::<_, std::io::Error>(Bytes::copy_from_slice(chunk)))
        .collect::<Vec<_>>();
    let request = Request::post(format!("{url}/bot{TOKEN}/sendDocument"))
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from_stream(futures::stream::iter(chunks)))?;
    let sent = fixture.send(request).await?;
    let document = &sent.result()["document"];
    assert_eq!(document["file_name"], "b.txt");
    assert_eq!(document["file_size"], 5);
    assert_eq!(sent.result()["caption"], "a copy");

    let again = json!({"chat_id": id, "document": document["file_id"]});
    assert_eq!(fixture.call("sendDocument", again).await?.status, 200);
    let file = fixture.call("getFile", json!({"file_id": document["file_id"]})).await?;
    let path = file.result()["file_path"].as_str().unwrap_or_default();
    let download = Request::get(format!("{url}/file/bot{TOKEN}/{path}")).body(Body::empty())?;
    assert_eq!(fixture.send(download).await?.text, "bytes");

    let telegram = fixture.sandbox.telegram();
    telegram.send_document(id, "big.bin", "application/zip", vec![0; 20 * 1024 * 1024 + 1]);
    let chat = telegram.chat(id);
    let Some(Content::Document { file_id, .. }) = chat.messages.last().map(|m| m.content.clone()) else {
        anyhow::bail!("there is no document in the chat");
    };
    assert_eq!(
        fixture.refusal("getFile", json!({"file_id": file_id})).await?,
        "Bad Request: file is too big"
    );
    let caption = json!({"chat_id": id, "document": file_id, "caption": "x".repeat(1025)});
    assert_eq!(fixture.refusal("sendDocument", caption).await?, "Bad Request: message caption is too long");
    Ok(())
}

#[tokio::test]
async fn a_connection_outlives_a_chunked_upload() -> anyhow::Result<()> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let fixture = Fixture::with_open_chat().await?;
    let id = format!("{}", fixture.ann.id);
    let (kind, body) = multipart(&[("chat_id", &id)], ("document", "a.txt", b"x"));
    let mut stream =
        tokio::net::TcpStream::connect(fixture.sandbox.url().trim_start_matches("http://")).await?;
    let head = format!(
        "POST /bot{TOKEN}/sendDocument HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), &body, b"\r\n"].concat()).await?;
    // The form is complete now, the body is not.
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    stream.write_all(b"0\r\n\r\n").await?;
    let mut buffer = vec![0; 8192];
    for next in [&b""[..], format!("GET /bot{TOKEN}/getMe HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()] {
        stream.write_all(next).await?;
        let read = stream.read(&mut buffer).await?;
        let answer = String::from_utf8_lossy(buffer.get(..read).unwrap_or_default());
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    Ok(())
}

#[tokio::test]
async fn albums_hold_one_kind_of_media() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let (url, id) = (fixture.sandbox.url(), fixture.ann.id);
    let item = json!({"type": "document", "media": "attach://a"});
    let send = async |media: Value| {
        let (kind, body) =
            multipart(&[("chat_id", &format!("{id}")), ("media", &media.to_string())], ("a", "a.txt", b"x"));
        let request = Request::post(format!("{url}/bot{TOKEN}/sendMediaGroup"))
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body))?;
        fixture.send(request).await
    };
    let album = send(json!([item, item])).await?;
    let group = &album.result()[0]["media_group_id"];
    assert!(group.is_string());
    assert_eq!(*group, album.result()[1]["media_group_id"]);
    let mixed = send(json!([item, {"type": "photo", "media": "attach://a"}])).await?;
    assert_eq!(mixed.description(), "Bad Request: document can't be mixed with other media types");
    assert_eq!(send(json!([item])).await?.status, 400);
    Ok(())
}
