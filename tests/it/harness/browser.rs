//! A headless Chromium, driven over the `WebDriver` protocol, for the tests of the sandbox's page.
//!
//! The protocol is JSON over HTTP, and the tree has an HTTP client already, so no browser crate is needed. Everything
//! waits without blocking: the bot and the sandbox run on the same thread as the test.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep, timeout},
};

/// The key under which the protocol returns an element's reference.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const PATIENCE: Duration = Duration::from_secs(20);
const GLANCE: Duration = Duration::from_millis(20);

/// The newest visible element that matches a selector and has a text; spaces of all kinds count as one.
const FIND: &str = "
    const [css, wanted, whole] = arguments;
    const fits = (text) => whole ? text === wanted : text.includes(wanted);
    return [...document.querySelectorAll(css)]
      .filter((one) => one.checkVisibility() && fits(one.innerText.replace(/\\s+/g, ' ').trim()))
      .at(-1) ?? null;";

static COUNT: AtomicU32 = AtomicU32::new(0);

/// What somebody looks through.
pub(crate) struct Window {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Whether it is a phone's screen, with fingers on it.
    pub(crate) is_phone: bool,
    pub(crate) language: &'static str,
}

/// A running driver with one window; both end when it is closed or dropped.
pub(crate) struct Browser {
    driver: Child,
    session: String,
    http: Client,
    /// After the driver, which writes into it until it ends.
    _folder: Folder,
}

/// A folder of its own for all that a driver and its browser write.
struct Folder(PathBuf);

impl Browser {
    /// `None`, with a word about it, on a machine without a browser; in continuous integration that is a failure.
    pub(crate) async fn start(window: &Window) -> Option<Browser> {
        match Browser::try_start(window).await {
            Ok(browser) => Some(browser),
            Err(error) if is_not_installed(&error) && !is_continuous_integration() => {
                println!("skipped, for there is no browser: {error:#}");
                None
            }
            Err(error) => panic!("the browser does not start: {error:#}"),
        }
    }

    async fn try_start(window: &Window) -> Result<Browser> {
        let folder = Folder::fresh()?;
        // A file and not a pipe: nobody reads it later, and a full pipe would block the driver.
        let log = folder.0.join("driver.log");
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .env("TMPDIR", &folder.0)
            .env("XDG_CONFIG_HOME", &folder.0)
            .stdin(Stdio::null())
            .stdout(File::create(&log)?)
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("chromedriver did not start; on Debian: apt-get install chromium chromium-driver")?;
        let port = timeout(PATIENCE, port_of(&mut driver, &log)).await.context("the driver was silent")??;
        let http = Client::builder().no_proxy().timeout(Duration::from_mins(1)).build()?;
        let url = format!("http://127.0.0.1:{port}/session");
        let opened = answer(http.post(&url).json(&wishes(window, &folder.0))).await?;
        let id = opened.get("sessionId").and_then(Value::as_str).context("no session id")?;
        Ok(Browser { driver, session: format!("{url}/{id}"), http, _folder: folder })
    }

    /// Opens a page and waits until it has loaded.
    pub(crate) async fn open(&self, url: &str) {
        self.post("/url", &json!({ "url": url })).await.expect("the page opens");
    }

    /// Clicks the newest element that matches the selector, as soon as a person could.
    pub(crate) async fn clicks(&self, css: &str) {
        self.acts(&json!([css, "", false]), "click", &json!({})).await;
    }

    /// Clicks the newest element whose text contains `text`.
    pub(crate) async fn clicks_on(&self, css: &str, text: &str) {
        self.acts(&json!([css, text, false]), "click", &json!({})).await;
    }

    /// Clicks the newest element whose text is `text`.
    pub(crate) async fn clicks_exactly_on(&self, css: &str, text: &str) {
        self.acts(&json!([css, text, true]), "click", &json!({})).await;
    }

    pub(crate) async fn writes(&self, css: &str, text: &str) {
        self.acts(&json!([css, "", false]), "value", &json!({ "text": text })).await;
    }

    /// Waits until a visible element that matches the selector shows this text.
    pub(crate) async fn sees(&self, css: &str, text: &str) {
        let wanted = json!([css, text, false]);
        self.patiently(&wanted, async || self.find(&wanted).await).await;
    }

    /// Runs a script in the page and returns its value.
    pub(crate) async fn runs(&self, script: &str) -> Value {
        self.script(script, &json!([])).await.expect("the script runs")
    }

    /// What the page complained about since the last call, errors of loading included.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let lines = self.post("/se/log", &json!({ "type": "browser" })).await.expect("the console");
        let is_complaint = |line: &&Value| matches!(line["level"].as_str(), Some("WARNING" | "SEVERE"));
        lines.as_array().into_iter().flatten().filter(is_complaint).map(Value::to_string).collect()
    }

    /// Closes the window and ends the driver.
    pub(crate) async fn close(mut self) {
        answer(self.http.delete(&self.session)).await.expect("the window closes");
        self.driver.kill().await.expect("the driver ends");
    }

    async fn acts(&self, wanted: &Value, verb: &str, body: &Value) {
        let once = async || {
            let element = self.find(wanted).await?;
            self.post(&format!("/element/{element}/{verb}"), body).await
        };
        self.patiently(wanted, once).await;
    }

    /// Tries again while the page draws itself anew: what was found may be gone or covered a moment later.
    async fn patiently<T>(&self, wanted: &Value, attempt: impl AsyncFn() -> Result<T>) {
        let until = Instant::now() + PATIENCE;
        while let Err(error) = attempt().await {
            if Instant::now() >= until {
                let page = self.runs("return document.body.innerText").await;
                let page = page.as_str().unwrap_or_default();
                panic!("{wanted} is not there or cannot be used: {error:#}\nThe page is:\n{page}");
            }
            sleep(GLANCE).await;
        }
    }

    async fn find(&self, wanted: &Value) -> Result<String> {
        let found = self.script(FIND, wanted).await?;
        found.get(ELEMENT).and_then(Value::as_str).map(str::to_owned).context("nothing like it on the page")
    }

    async fn script(&self, script: &str, arguments: &Value) -> Result<Value> {
        self.post("/execute/sync", &json!({ "script": script, "args": arguments })).await
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        answer(self.http.post(format!("{}{path}", self.session)).json(body)).await
    }
}

impl Folder {
    fn fresh() -> io::Result<Folder> {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("vizit-browser-{}-{number}", std::process::id()));
        std::fs::create_dir(&path)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // The browser's helpers may outlive it for a moment, and put a file into a folder that was just emptied.
        for _ in 0..100 {
            if std::fs::remove_dir_all(&self.0).is_ok() {
                return;
            }
            std::thread::sleep(GLANCE);
        }
    }
}

fn wishes(window: &Window, folder: &Path) -> Value {
    let Window { width, height, is_phone, language } = window;
    let screen =
        json!({ "width": width, "height": height, "pixelRatio": 1, "mobile": is_phone, "touch": is_phone });
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "chrome",
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": {
            "mobileEmulation": { "deviceMetrics": screen },
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--no-proxy-server", "--disable-dev-shm-usage",
                format!("--accept-lang={language}"),
                // The browser ends with its driver, also when that is killed: the pipe between them closes.
                "--remote-debugging-pipe",
                // Other names do not resolve: a page that asks the outside for anything fails its test.
                "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
                format!("--user-data-dir={}", folder.join("profile").display()),
            ],
        },
    } } })
}

async fn answer(request: RequestBuilder) -> Result<Value> {
    let response = request.send().await?;
    let refused = !response.status().is_success();
    let mut body: Value = response.json().await?;
    let value = body.get_mut("value").map(Value::take).unwrap_or_default();
    if refused {
        bail!("the browser refused: {}", value.get("message").and_then(Value::as_str).unwrap_or("no reason"));
    }
    Ok(value)
}

async fn port_of(driver: &mut Child, log: &Path) -> Result<u16> {
    loop {
        let written = std::fs::read_to_string(log)?;
        let named = written.lines().filter_map(|line| line.rsplit_once("on port ")).next_back();
        // The first lines repeat the 0 that was asked for.
        let port = named.and_then(|(_, port)| port.trim_end_matches('.').parse().ok());
        if let Some(port) = port.filter(|port| *port != 0) {
            return Ok(port);
        }
        ensure!(driver.try_wait()?.is_none(), "the driver ended at once: {written}");
        sleep(GLANCE).await;
    }
}

fn is_not_installed(error: &anyhow::Error) -> bool {
    let no_driver =
        error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::NotFound);
    no_driver || error.to_string().contains("cannot find Chrome binary")
}

pub(crate) fn is_continuous_integration() -> bool {
    #[expect(clippy::disallowed_methods, reason = "it is the machine that is asked about, not the bot")]
    let given = std::env::var_os("CI");
    given.is_some_and(|value| !value.is_empty())
}
