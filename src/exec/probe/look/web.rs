//! A look at a web server: its status, its answer, and when its certificate ends.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use reqwest::tls::TlsInfo;

use super::certificate::not_after_ms;
use super::{Means, Sight, late, unresolved};
use crate::exec::http::{Answer, HttpError, Request, Settings, Web};
use crate::exec::probe::gathered::Gathered;
use crate::exec::probe::reading::{Facts, Failure};
use crate::exec::probe::target::{HttpAsk, Target};

/// The longest answer that is read to its end.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// How many clients are kept.
const MOST_CLIENTS: usize = 64;

/// Keeps clients, which hold on to their connections.
#[derive(Debug, Default)]
pub(super) struct Webs(Mutex<HashMap<Settings, Web>>);

impl Webs {
    /// Gives a client of these settings; reading the machine's authorities takes a while, so it is done aside.
    async fn get(&self, settings: Settings) -> Result<Web, Failure> {
        if let Some(web) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&settings) {
            return Ok(web.clone());
        }
        let wanted = settings.clone();
        let made = tokio::task::spawn_blocking(move || Web::new(&wanted)).await;
        let web = made.map_err(|_| Failure::unknown("no client can be made"))?.map_err(|error| failure(&error))?;
        let mut webs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if webs.len() >= MOST_CLIENTS {
            webs.clear();
        }
        webs.insert(settings, web.clone());
        Ok(web)
    }
}

/// Asks, and reads the answer to its end.
pub(super) async fn ask(ask: &HttpAsk, target: &Target, means: &Means) -> Result<Sight, Failure> {
    let limit = target.timeout.as_std();
    // Two clocks run for the same time, and either may go off first.
    let failed = |error| match error {
        HttpError::TimedOut { .. } => late(target),
        error => failure(&error),
    };
    // Only a new connection shows the certificate that is there now.
    let fresh = target.wanted.not_after.is_some();
    let web = means.webs.get(Settings { trust: ask.trust.clone(), connect: limit, idle: limit, fresh }).await?;
    let mut answer = web.ask(request(ask, target).map_err(failed)?).await.map_err(failed)?;
    let (status, ends_ms) = (answer.response.status().as_u16(), ends_ms(&answer));
    let mut gathered = Gathered::new(target.mask.as_ref());
    let mut bytes = 0;
    while let Some(piece) = web.chunk(&mut answer).await.map_err(failed)? {
        bytes += piece.len() as u64;
        if bytes > MOST_BYTES {
            return Err(Failure::bad("the answer has more than 64 MiB and is not read to its end"));
        }
        gathered.add(&piece);
    }
    let whole = gathered.finish();
    Ok(Sight {
        facts: Facts::Web { status, ends_ms, body: whole.kept.clone() },
        ..Sight::whole(Facts::Connected, &whole)
    })
}

fn request(ask: &HttpAsk, target: &Target) -> Result<Request, HttpError> {
    let mut request = Request::get(ask.url.reveal())?.with_method(&ask.method)?;
    for (name, value) in &ask.headers {
        request = request.with_header(name, value)?;
    }
    Ok(Request { body: ask.body.clone(), follow: ask.follow, limit: Some(target.timeout.as_std()), ..request })
}

fn ends_ms(answer: &Answer) -> Option<i64> {
    let tls = answer.response.extensions().get::<TlsInfo>()?;
    not_after_ms(tls.peer_certificate()?)
}

/// Says what it means that there is no answer: what is wrong with the question proves nothing of the server.
fn failure(error: &HttpError) -> Failure {
    match error {
        HttpError::Name(error) => unresolved(error),
        HttpError::Address { .. }
        | HttpError::Method(_)
        | HttpError::Header(_)
        | HttpError::Authorities { .. }
        | HttpError::Client(_) => Failure::unknown(&error.to_string()),
        error => Failure::bad(&error.to_string()),
    }
}
