//! The browser, and the API that it visits.

use std::{
    net::SocketAddr,
    os::unix::fs::MetadataExt,
    sync::{Arc, Mutex},
    time::Duration,
};

use chromiumoxide::{
    Browser, BrowserConfig, Page,
    cdp::{
        browser_protocol::{
            browser::{PermissionDescriptor, PermissionSetting, SetPermissionParams},
            emulation::{MediaFeature, SetEmulatedMediaParams, SetScriptExecutionDisabledParams},
            input::{
                DispatchKeyEventParams, DispatchKeyEventType, DispatchMouseEventParams,
                DispatchMouseEventType, InsertTextParams, MouseButton,
            },
            log::{self, EventEntryAdded},
            network::EventRequestWillBeSent,
            page::NavigateParams,
            target::{CreateBrowserContextParams, CreateTargetParams},
        },
        js_protocol::runtime::{EvaluateParams, EventConsoleApiCalled, EventExceptionThrown},
    },
};
use futures_util::StreamExt;
use logto_runtime::test_util::TestTenant;
use metrics_exporter_prometheus::PrometheusBuilder;
use saas::{ORG, PRODUCTS, WEBHOOK_KEY};
use serde::de::DeserializeOwned;
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle, time::timeout};

/// How long the browser may take for anything, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running browser and a running `saas`.
pub(crate) struct Session {
    browser: Browser,
    _events: JoinHandle<()>,
    _profile: TempDir,
    pub(crate) address: String,
    pub(crate) tenant: TestTenant,
    pub(crate) http: reqwest::Client,
}

/// A tab. What it requests and what it complains about is recorded.
pub(crate) struct Tab {
    pub(crate) page: Page,
    address: String,
    seen: Arc<Mutex<Seen>>,
    recording: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Seen {
    requests: Vec<String>,
    complaints: Vec<String>,
}

impl Session {
    /// Starts both. Fails without a browser.
    pub(crate) async fn start() -> Result<Self, String> {
        let profile = tempfile::tempdir().unwrap();
        let mut config = BrowserConfig::builder()
            .user_data_dir(profile.path())
            .launch_timeout(PATIENCE)
            .request_timeout(PATIENCE)
            .window_size(1280, 800)
            .new_headless_mode()
            .viewport(chromiumoxide::handler::viewport::Viewport {
                width: 1280,
                height: 800,
                ..Default::default()
            });
        // Chromium refuses to run as root with its sandbox, as in a container.
        if std::fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0) {
            config = config.no_sandbox();
        }
        let config = config
            .build()
            .map_err(|_| "chromium is not installed".to_owned())?;
        let launched = Browser::launch(config).await;
        let (browser, mut handler) =
            launched.map_err(|it| format!("chromium does not start: {it}"))?;
        let events = tokio::spawn(async move { while handler.next().await.is_some() {} });

        let tenant = saas::embedded(0).unwrap();
        let revocations = tenant.revocations().start().unwrap();
        let logto = saas::logto(tenant.endpoint(), PRODUCTS, ORG, &revocations).unwrap();
        let explorer = saas::explorer(&logto).tenant(&tenant);
        let metrics = PrometheusBuilder::new().build_recorder().handle();
        let app = saas::app(logto, &revocations, Some(WEBHOOK_KEY), metrics).unwrap();
        let app = app.merge(explorer);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let service = app.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(axum::serve(listener, service).into_future());
        Ok(Self {
            browser,
            _events: events,
            _profile: profile,
            address,
            tenant,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        })
    }

    /// Opens the explorer in a tab without history.
    pub(crate) async fn tab(&self) -> Tab {
        let tab = self.blank().await;
        tab.visit(&format!("{}/", self.address)).await;
        tab
    }

    /// Opens the explorer where pages run no script.
    pub(crate) async fn tab_without_script(&self) -> Tab {
        let tab = self.blank().await;
        let without = SetScriptExecutionDisabledParams::new(true);
        tab.page.execute(without).await.unwrap();
        tab.visit(&format!("{}/", self.address)).await;
        tab
    }

    async fn blank(&self) -> Tab {
        let context = CreateBrowserContextParams::default();
        let context = self.browser.execute(context).await.unwrap();
        let id = context.result.browser_context_id.clone();
        for name in ["clipboard-read", "clipboard-write"] {
            let mut permission = PermissionDescriptor::new(name);
            permission.allow_without_gesture = Some(true);
            let mut granted = SetPermissionParams::new(permission, PermissionSetting::Granted);
            granted.origin = Some(self.address.clone());
            granted.browser_context_id = Some(id.clone());
            self.browser.execute(granted).await.unwrap();
        }
        let mut target = CreateTargetParams::new("about:blank");
        target.browser_context_id = Some(id);
        let page = self.browser.new_page(target).await.unwrap();
        Tab::recorded(page, &self.address).await
    }

    pub(crate) async fn visit_elsewhere(&self, html: &str) -> Tab {
        let tab = self.blank().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let page = axum::response::Html(html.to_owned());
        let app = axum::Router::new().fallback(async move || page);
        tokio::spawn(axum::serve(listener, app).into_future());
        tab.visit(&address).await;
        tab
    }
}

impl Tab {
    async fn recorded(page: Page, address: &str) -> Self {
        let seen = Arc::<Mutex<Seen>>::default();
        page.execute(log::EnableParams::default()).await.unwrap();
        let mut recording = Vec::new();
        macro_rules! record {
            ($event:ty, $list:ident, $text:expr) => {{
                let mut events = page.event_listener::<$event>().await.unwrap();
                let seen = Arc::clone(&seen);
                recording.push(tokio::spawn(async move {
                    while let Some(event) = events.next().await {
                        let text: Option<String> = $text(&event);
                        seen.lock().unwrap().$list.extend(text);
                    }
                }));
            }};
        }
        record!(
            EventRequestWillBeSent,
            requests,
            |it: &EventRequestWillBeSent| Some(it.request.url.clone())
        );
        record!(EventEntryAdded, complaints, |it: &EventEntryAdded| Some(
            it.entry.text.clone()
        ));
        record!(
            EventConsoleApiCalled,
            complaints,
            |it: &EventConsoleApiCalled| Some(format!("{it:?}"))
        );
        record!(
            EventExceptionThrown,
            complaints,
            |it: &EventExceptionThrown| Some(it.exception_details.text.clone())
        );
        Self {
            page,
            address: address.to_owned(),
            seen,
            recording,
        }
    }

    pub(crate) async fn visit(&self, address: &str) {
        self.page
            .execute(NavigateParams::new(address))
            .await
            .unwrap();
        self.until(&format!(
            "location.href === '{address}' && document.readyState === 'complete'"
        ))
        .await;
    }

    /// Evaluates an expression, which may be a promise, and reads its value.
    pub(crate) async fn read<T: DeserializeOwned>(&self, expression: &str) -> T {
        let value = self.evaluate(expression).await;
        let value = value.unwrap_or_else(|problem| panic!("{expression}: {problem}"));
        let read = serde_json::from_value(value);
        read.unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Evaluates an expression for its effect.
    pub(crate) async fn run(&self, expression: &str) {
        let evaluated = self.evaluate(expression).await;
        evaluated.unwrap_or_else(|problem| panic!("{expression}: {problem}"));
    }

    /// Asks the protocol itself, which also works where pages run no script.
    async fn evaluate(&self, expression: &str) -> Result<serde_json::Value, String> {
        let mut evaluate = EvaluateParams::new(expression);
        evaluate.return_by_value = Some(true);
        evaluate.await_promise = Some(true);
        let evaluating = timeout(PATIENCE, self.page.execute(evaluate)).await;
        let answer = evaluating
            .map_err(|_| "no answer")?
            .map_err(|it| it.to_string())?;
        match answer.result.exception_details {
            Some(details) => Err(format!("{details:?}")),
            None => Ok(answer.result.result.value.unwrap_or_default()),
        }
    }

    /// Waits until an expression is true. While the tab goes to another page, it is not.
    pub(crate) async fn until(&self, expression: &str) {
        let waiting = async {
            while !matches!(
                self.evaluate(expression).await,
                Ok(serde_json::Value::Bool(true))
            ) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, waiting)
            .await
            .unwrap_or_else(|_| panic!("never true: {expression}"));
    }

    /// Clicks with the pointer, in the middle of an element.
    pub(crate) async fn click(&self, element: &str) {
        let [x, y]: [f64; 2] = self
            .read(&format!(
                "(({{x, y, width, height}}) => [x + width / 2, y + height / 2])\
                 (({element}).getBoundingClientRect())"
            ))
            .await;
        for kind in [
            DispatchMouseEventType::MousePressed,
            DispatchMouseEventType::MouseReleased,
        ] {
            let mut event = DispatchMouseEventParams::new(kind, x, y);
            event.button = Some(MouseButton::Left);
            event.click_count = Some(1);
            self.page.execute(event).await.unwrap();
        }
    }

    pub(crate) async fn write(&self, text: &str) {
        self.page
            .execute(InsertTextParams::new(text))
            .await
            .unwrap();
    }

    pub(crate) async fn press(&self, key: &str) {
        let (code, text) = match key {
            "Enter" => (13, Some("\r")),
            "Tab" => (9, None),
            "Escape" => (27, None),
            "ArrowLeft" => (37, None),
            "ArrowUp" => (38, None),
            "ArrowRight" => (39, None),
            "ArrowDown" => (40, None),
            other => panic!("{other} is not known here"),
        };
        for kind in [DispatchKeyEventType::KeyDown, DispatchKeyEventType::KeyUp] {
            let mut event = DispatchKeyEventParams::new(kind.clone());
            event.key = Some(key.to_owned());
            event.code = Some(key.to_owned());
            event.windows_virtual_key_code = Some(code);
            if kind == DispatchKeyEventType::KeyDown {
                event.text = text.map(str::to_owned);
            }
            self.page.execute(event).await.unwrap();
        }
    }

    pub(crate) async fn scheme(&self, scheme: &str) {
        let media = SetEmulatedMediaParams {
            features: Some(vec![MediaFeature::new("prefers-color-scheme", scheme)]),
            ..SetEmulatedMediaParams::default()
        };
        self.page.execute(media).await.unwrap();
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().requests.clone()
    }

    pub(crate) fn complaints(&self) -> Vec<String> {
        self.seen.lock().unwrap().complaints.clone()
    }

    /// Closes the tab. Nothing may have been written to the console, and nothing requested elsewhere.
    pub(crate) async fn close(self) {
        let elsewhere: Vec<_> = self
            .requests()
            .into_iter()
            .filter(|url| !url.starts_with(&format!("{}/", self.address)) && url != "about:blank")
            .collect();
        assert_eq!(elsewhere, Vec::<String>::new());
        assert!(!self.requests().is_empty());
        assert_eq!(self.complaints(), Vec::<String>::new());
        self.recording.iter().for_each(JoinHandle::abort);
        self.page.close().await.unwrap();
    }
}
