//! Things that go wrong on demand.

use std::time::{Duration, Instant};

use serde_json::json;
use vizit_sandbox::{Fault, FaultKind};

use crate::support::Fixture;

fn fault(kind: FaultKind) -> Fault {
    Fault { method: Some("sendMessage".to_owned()), chat: None, kind, times: 1, after: 0 }
}

#[tokio::test]
async fn a_lost_answer_was_delivered_and_a_refused_call_was_not() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let telegram = fixture.sandbox.telegram();
    let hello = json!({"chat_id": fixture.ann.id, "text": "hello"});
    let before = telegram.chat(fixture.ann.id).messages.len();

    telegram.add_fault(fault(FaultKind::AnswerLost));
    assert!(fixture.call("sendMessage", hello.clone()).await.is_err());
    assert_eq!(telegram.chat(fixture.ann.id).messages.len(), before + 1);

    telegram.add_fault(fault(FaultKind::Refused));
    assert!(fixture.call("sendMessage", hello.clone()).await.is_err());
    assert_eq!(telegram.chat(fixture.ann.id).messages.len(), before + 1);

    assert_eq!(fixture.call("sendMessage", hello).await?.status, 200);
    let calls = telegram.calls();
    let statuses: Vec<u16> =
        calls.iter().filter(|call| call.method == "sendMessage").map(|call| call.status).collect();
    assert_eq!(statuses, [0, 0, 200]);
    Ok(())
}

#[tokio::test]
async fn limits_errors_and_delays() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let telegram = fixture.sandbox.telegram();
    let hello = json!({"chat_id": fixture.ann.id, "text": "hello"});

    telegram.add_fault(fault(FaultKind::TooManyRequests { retry_after: 3 }));
    let limited = fixture.call("sendMessage", hello.clone()).await?;
    assert_eq!(limited.status, 429);
    assert_eq!(limited.retry_after.as_deref(), Some("3"));
    assert_eq!(limited.json["parameters"]["retry_after"], 3);
    assert_eq!(limited.description(), "Too Many Requests: retry after 3");

    telegram
        .add_fault(fault(FaultKind::Forbidden { description: "Forbidden: user is deactivated".to_owned() }));
    assert_eq!(fixture.refusal("sendMessage", hello.clone()).await?, "Forbidden: user is deactivated");

    telegram.add_fault(fault(FaultKind::ServerError { status: 502 }));
    let broken = fixture.call("sendMessage", hello.clone()).await?;
    assert_eq!(broken.status, 502);
    assert!(broken.text.starts_with("<html>"));

    telegram.add_fault(fault(FaultKind::Slow { by: Duration::from_millis(150) }));
    let start = Instant::now();
    assert_eq!(fixture.call("sendMessage", hello.clone()).await?.status, 200);
    assert!(start.elapsed() >= Duration::from_millis(150));

    telegram.add_fault(fault(FaultKind::Refused));
    telegram.clear_faults();
    assert_eq!(fixture.call("sendMessage", hello).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn updates_twice_and_in_the_wrong_order() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let telegram = fixture.sandbox.telegram();
    telegram.send_text(fixture.ann.id, "one");
    telegram.send_text(fixture.ann.id, "two");
    for kind in [FaultKind::ReorderUpdates, FaultKind::DuplicateUpdates] {
        telegram.add_fault(Fault { method: None, ..fault(kind) });
    }
    let got = fixture.call("getUpdates", json!({})).await?;
    let texts: Vec<_> = got
        .result()
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|update| update["message"]["text"].as_str())
        .collect();
    assert_eq!(texts, ["two", "one", "two", "one"]);
    Ok(())
}
