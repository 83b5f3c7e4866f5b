//! A tab of the browser. Tests click and type in the tab. They read its page, its HTTP requests and its
//! complaints, such as exceptions.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use chromiumoxide::{
    Page,
    cdp::{
        browser_protocol::{
            emulation::{MediaFeature, SetEmulatedMediaParams},
            input::{
                DispatchKeyEventParams, DispatchKeyEventType, DispatchMouseEventParams,
                DispatchMouseEventType, InsertTextParams, MouseButton,
            },
            log::{self, EventEntryAdded},
            network::EventRequestWillBeSent,
            page::NavigateParams,
        },
        js_protocol::runtime::{EvaluateParams, EventConsoleApiCalled, EventExceptionThrown},
    },
};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use tokio::{task::JoinHandle, time::timeout};

use crate::PATIENCE;

/// A tab that records its HTTP requests and its complaints. A complaint is an exception, a message in the
/// console, or an entry in the log of the browser.
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

impl Tab {
    /// Returns a tab that records the requests and the complaints of this page.
    pub(crate) async fn recorded(page: Page, address: &str) -> Self {
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

    /// Evaluates an expression, which can be a promise, and reads its value.
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

    /// Evaluates an expression through the DevTools protocol. This works even in a tab that runs no scripts.
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

    /// Waits until an expression is true. A failed evaluation counts as false, since evaluations fail while
    /// the tab loads another page.
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
            other => panic!("`press` does not know the key {other}"),
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

    pub(crate) async fn emulate_color_scheme(&self, scheme: &str) {
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

    /// Closes the tab. Fails if the tab complained, requested nothing, or requested anything from another
    /// address.
    pub(crate) async fn close(self) {
        self.close_with_complaints(0).await;
    }

    /// Like [`close`](Self::close), but the tab must have complained exactly this many times.
    pub(crate) async fn close_with_complaints(self, count: usize) {
        let elsewhere: Vec<_> = self
            .requests()
            .into_iter()
            .filter(|url| !url.starts_with(&format!("{}/", self.address)) && url != "about:blank")
            .collect();
        assert_eq!(elsewhere, Vec::<String>::new());
        assert!(!self.requests().is_empty());
        assert_eq!(self.complaints().len(), count, "{:?}", self.complaints());
        self.recording.iter().for_each(JoinHandle::abort);
        self.page.close().await.unwrap();
    }
}
