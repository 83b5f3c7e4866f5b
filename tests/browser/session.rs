//! The browser, and the API that it visits.

use std::{net::SocketAddr, os::unix::fs::MetadataExt};

use chromiumoxide::{
    Browser, BrowserConfig,
    cdp::browser_protocol::{
        browser::{PermissionDescriptor, PermissionSetting, SetPermissionParams},
        emulation::SetScriptExecutionDisabledParams,
        target::{CreateBrowserContextParams, CreateTargetParams},
    },
};
use futures_util::StreamExt;
use logto_runtime::{Revocations, test_util::TestTenant};
use metrics_exporter_prometheus::PrometheusBuilder;
use reqwest::Method;
use saas::{ORG, PRODUCTS, WEBHOOK_KEY};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    PATIENCE,
    command::{Command, NO_HANDSHAKE},
    tab::Tab,
};

/// A running browser, and the running example `saas`.
pub(crate) struct Session {
    browser: Browser,
    _events: JoinHandle<()>,
    _profile: TempDir,
    pub(crate) address: String,
    pub(crate) tenant: TestTenant,
    pub(crate) revocations: Revocations,
    http: reqwest::Client,
}

impl Session {
    /// Starts the browser and `saas`. Fails if the browser is missing or does not start.
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
        // Chromium does not run as root with its sandbox. In a container, the usual user is root.
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
            revocations,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        })
    }

    /// Opens the explorer (the page at `/`) in a tab that shares nothing with the other tabs.
    pub(crate) async fn tab(&self) -> Tab {
        let tab = self.blank().await;
        tab.visit(&format!("{}/", self.address)).await;
        tab
    }

    /// Opens the explorer in a tab that runs no scripts.
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

    /// Sends the request of a command, and returns the status of the answer.
    ///
    /// A command for a WebSocket sends no handshake. If the guard accepts such a request, axum answers that
    /// the handshake is missing. This function then returns 200.
    pub(crate) async fn send(&self, command: &Command) -> u16 {
        let method = Method::from_bytes(command.method.as_bytes()).unwrap();
        let mut request = self.http.request(method, &command.url);
        for (name, value) in &command.headers {
            request = request.header(name, value);
        }
        if let Some(body) = &command.body {
            request = request.body(body.clone());
        }
        let answer = request.send().await.unwrap();
        match answer.status().as_u16() {
            400 if answer.text().await.unwrap() == NO_HANDSHAKE => 200,
            status => status,
        }
    }

    /// Opens a page with this HTML in a tab. The page and the explorer have different origins.
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
