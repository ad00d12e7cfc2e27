//! One question to a web server, and where it leads.
//!
//! A redirect is followed when that is wanted, a few times at most, and never from https to http. Headers
//! and bodies are for the server that was named: another one gets neither.

use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Method, Response, StatusCode, Url};

use super::Web;
use super::error::{HttpError, shown_url};
use crate::exec::command::Secret;
use crate::text::Shown;

/// How many redirects are followed.
const MOST_REDIRECTS: u32 = 10;
/// The longest address that is taken.
const MOST_ADDRESS: usize = 8 * 1024;

/// Says what is asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The address.
    pub url: Url,
    /// What is sent along; only the server that is named sees it.
    pub headers: HeaderMap,
    /// What is sent along to whoever is asked in the end.
    pub everywhere: HeaderMap,
    /// What is sent after it.
    pub body: Option<Secret>,
    /// Whether redirects are followed.
    pub follow: bool,
    /// How long it may take until all of the answer is here.
    pub limit: Option<Duration>,
}

impl Request {
    /// Asks for what is at an address.
    ///
    /// # Errors
    ///
    /// Says why it is no address of a web server.
    pub fn get(address: &str) -> Result<Self, HttpError> {
        let (url, headers, everywhere) = (parse_address(address)?, HeaderMap::new(), HeaderMap::new());
        Ok(Self { method: Method::GET, url, headers, everywhere, body: None, follow: true, limit: None })
    }

    /// Takes another method.
    ///
    /// # Errors
    ///
    /// Says that it is none.
    pub fn with_method(mut self, method: &str) -> Result<Self, HttpError> {
        self.method =
            Method::from_bytes(method.as_bytes()).map_err(|_| HttpError::Method(Shown::line_limited(method, 40)))?;
        Ok(self)
    }

    /// Adds a header whose value is never shown.
    ///
    /// # Errors
    ///
    /// Says that no header can have this name, or this value.
    pub fn with_header(mut self, name: &str, value: &Secret) -> Result<Self, HttpError> {
        let error = || HttpError::Header(Shown::line_limited(name, 80));
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| error())?;
        let mut value = HeaderValue::from_str(value.reveal()).map_err(|_| error())?;
        value.set_sensitive(true);
        self.headers.append(key, value);
        Ok(self)
    }
}

/// Is the beginning of an answer; its body is still to be read.
#[derive(Debug)]
pub struct Answer {
    /// The answer of the last server that was asked.
    pub response: Response,
    /// How many redirects led there.
    pub redirects: u32,
}

impl Web {
    /// Asks, and waits for the beginning of the answer; whatever its status is, it is no error.
    ///
    /// # Errors
    ///
    /// Says why there is no answer.
    pub async fn ask(&self, request: Request) -> Result<Answer, HttpError> {
        let mut next = request;
        let deadline = next.limit.map(|limit| Instant::now() + limit);
        for redirects in 0..=MOST_REDIRECTS {
            let response = self.send(&next, deadline).await?;
            let Some(url) = target(&next, &response)? else { return Ok(Answer { response, redirects }) };
            redirected(&mut next, url, response.status());
        }
        Err(HttpError::TooManyRedirects { url: shown_url(&next.url), most: MOST_REDIRECTS })
    }

    /// Reads the next piece of a body; nothing at its end.
    ///
    /// # Errors
    ///
    /// Says how it was cut.
    pub async fn chunk(&self, answer: &mut Answer) -> Result<Option<Vec<u8>>, HttpError> {
        match answer.response.chunk().await {
            Ok(chunk) => Ok(chunk.map(Into::into)),
            Err(error) => Err(HttpError::of(&error, answer.response.url(), self.about)),
        }
    }

    async fn send(&self, request: &Request, deadline: Option<Instant>) -> Result<Response, HttpError> {
        let mut builder = self.client.request(request.method.clone(), request.url.clone());
        builder = builder.headers(request.everywhere.clone()).headers(request.headers.clone());
        if let Some(body) = &request.body {
            builder = builder.body(body.reveal().to_owned());
        }
        if let Some(deadline) = deadline {
            builder = builder.timeout(deadline.saturating_duration_since(Instant::now()));
        }
        builder.send().await.map_err(|error| HttpError::of(&error, &request.url, self.about))
    }
}

/// Reads an address, and takes only those of web servers.
fn parse_address(address: &str) -> Result<Url, HttpError> {
    let error = |why: &str| {
        // It may hold a password where nobody can tell; only its harmless beginning is shown.
        let (start, end) = match address.split_once("//") {
            Some((scheme, _)) if address.contains('@') => (scheme, "//…"),
            None if address.contains('@') => ("", "…"),
            _ => (address.split(['?', '#']).next().unwrap_or_default(), ""),
        };
        let start = format!("{}{end}", Shown::line_limited(start, 80));
        HttpError::Address { address: Shown::line(&start), why: Shown::line(why) }
    };
    if address.len() > MOST_ADDRESS {
        return Err(error("it is longer than 8 KiB"));
    }
    let url = Url::parse(address.trim()).map_err(|why| error(&why.to_string()))?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url),
        "http" | "https" => Err(error("it names no host")),
        _ => Err(error("it begins neither with http:// nor with https://")),
    }
}

/// Tells where an answer leads, if it does and that is followed.
fn target(request: &Request, response: &Response) -> Result<Option<Url>, HttpError> {
    let leads = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let Some(location) = response.headers().get(LOCATION).filter(|_| leads && request.follow) else {
        return Ok(None);
    };
    let from = shown_url(&request.url);
    let error = |why: &'static str| HttpError::Redirect { url: from.clone(), why: Shown::ours(why) };
    let text = location.to_str().ok().filter(|text| text.len() <= MOST_ADDRESS);
    let url = text.and_then(|text| request.url.join(text).ok());
    let url = url.filter(Url::has_host).ok_or_else(|| error("to no address"))?;
    match (request.url.scheme(), url.scheme()) {
        ("https", "http") => Err(error("from https to http, where anybody may read and change what comes")),
        (_, "http" | "https") => Ok(Some(url)),
        _ => Err(error("to what is no web server")),
    }
}

/// Turns a request into the one that it leads to.
fn redirected(request: &mut Request, url: Url, status: StatusCode) {
    let is_post = request.method == Method::POST;
    if status == StatusCode::SEE_OTHER || (is_post && matches!(status.as_u16(), 301 | 302)) {
        if request.method != Method::HEAD {
            request.method = Method::GET;
        }
        request.body = None;
    }
    if request.url.origin() != url.origin() {
        request.headers.clear();
        request.body = None;
    }
    request.url = url;
}
