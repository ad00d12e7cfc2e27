//! Asking, taking what comes, and asking again for the rest.
//!
//! A cut connection is asked again for what is missing, after a pause that grows; so is a server that says
//! that it will be able later. When nothing new comes for some tries, or too often, that is the end. The
//! bytes are bounded by the size that is known, whoever says otherwise.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderName, HeaderValue, IF_RANGE, RANGE};
use tokio::time::{sleep, timeout};

use super::end::{size_words, time_words};
use super::pace::Phase;
use super::part::Part;
use super::reply::{Head, Reply, judge};
use super::underway::{Cancelled, Shared};
use super::{Limits, Order};
use crate::exec::http::{Answer, HttpError, Request, Settings, Web};
use crate::text::Shown;

/// How often it is looked whether to go on, when nothing comes.
const TICK: Duration = Duration::from_millis(50);

/// Says why a transfer is over before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Somebody stopped it.
    Cancelled,
    /// It failed, and why.
    Failed(Shown),
}

impl From<Cancelled> for Stop {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<Shown> for Stop {
    fn from(why: Shown) -> Self {
        Self::Failed(why)
    }
}

/// Says how one try went.
enum Try {
    /// All is here.
    Complete,
    /// Something is missing; why, and how long to wait at least.
    Again(Shown, Option<Duration>),
}

/// Is a download at work.
pub(super) struct Transfer<'a> {
    order: &'a Order,
    shared: &'a Shared,
    web: Web,
    part: &'a mut Part,
    /// How many bytes came.
    pub received: u64,
    /// How often it was tried again.
    pub retries: u32,
    /// How many bytes were ever there.
    furthest: u64,
}

impl<'a> Transfer<'a> {
    pub(super) fn new(order: &'a Order, shared: &'a Shared, part: &'a mut Part) -> Result<Self, Stop> {
        let Limits { connect, silence, .. } = order.limits;
        let settings = Settings { trust: order.trust.clone(), connect, idle: silence, fresh: false };
        let web = Web::new(&settings).map_err(|error| failed(&error))?;
        let furthest = part.have.bytes;
        Ok(Self { order, shared, web, part, received: 0, retries: 0, furthest })
    }

    /// Goes on until all of it is here.
    pub(super) async fn run(&mut self) -> Result<(), Stop> {
        let limits = self.order.limits;
        let mut in_vain = 0;
        loop {
            let before = self.furthest;
            let (why, pause) = match self.attempt().await? {
                Try::Complete => return Ok(()),
                Try::Again(why, pause) => (why, pause),
            };
            in_vain = if self.furthest > before { 0 } else { in_vain + 1 };
            if in_vain >= limits.tries.max(1) || self.retries >= limits.cuts {
                return Err(given_up(self.retries + 1, &why).into());
            }
            self.retries += 1;
            self.shared.retry(why);
            self.pause(pause.unwrap_or_else(|| backoff(&limits, in_vain))).await?;
        }
    }

    async fn attempt(&mut self) -> Result<Try, Stop> {
        self.shared.begin(Phase::Asking, self.part.have.bytes, self.part.have.total);
        let request = self.request()?;
        let mut answer = match self.or_stopped(self.web.ask(request)).await? {
            Ok(answer) => answer,
            Err(error) => return tried(&error),
        };
        let response = &answer.response;
        let head = Head::of(response.status(), response.headers(), response.content_length());
        match judge(&self.part.have, &head) {
            Reply::Whole { total, mark } => self.part.restart(mark, total)?,
            Reply::Rest { total } => self.part.have.total = total,
            Reply::Complete => return Ok(Try::Complete),
            Reply::StartOver(why) => {
                self.part.restart(None, None)?;
                return Ok(Try::Again(why, None));
            }
            Reply::Later { why, pause } => return Ok(Try::Again(why, pause)),
            Reply::Refused(why) => return Err(why.into()),
        }
        self.check_total()?;
        self.take(&mut answer).await
    }

    /// Asks for the whole, or for the rest of the same file.
    fn request(&self) -> Result<Request, Stop> {
        let mut request = Request::get(&self.order.url).map_err(|error| failed(&error))?;
        for (name, value) in &self.order.headers {
            request = request.with_header(name, value).map_err(|error| failed(&error))?;
        }
        let mut set = |name: HeaderName, value: &str| {
            HeaderValue::from_str(value)
                .into_iter()
                .for_each(|value| drop(request.everywhere.insert(name.clone(), value)));
        };
        set(ACCEPT, "*/*");
        // What is packed on the way would have another size and another hash.
        set(ACCEPT_ENCODING, "identity");
        if let (1.., Some(mark)) = (self.part.have.bytes, &self.part.have.mark) {
            set(RANGE, &format!("bytes={}-", self.part.have.bytes));
            set(IF_RANGE, mark.as_str());
        }
        Ok(request)
    }

    /// Holds the size that the server says against what is wanted and what has room.
    fn check_total(&self) -> Result<(), Stop> {
        let Some(total) = self.part.have.total else { return Ok(()) };
        if let Some(size) = self.order.size.filter(|size| *size != total) {
            let words = format!("it would have {}, and {} are wanted", size_words(total), size_words(size));
            return Err(Shown::line(&words).into());
        }
        if total > self.most() {
            return Err(self.too_much().into());
        }
        Ok(self.part.check_room(total.saturating_sub(self.part.have.bytes))?)
    }

    fn most(&self) -> u64 {
        self.order.size.unwrap_or(self.order.limits.most)
    }

    fn too_much(&self) -> Shown {
        let most = size_words(self.most());
        Shown::line(&match self.order.size {
            Some(_) => format!("more comes than the {most} that are wanted"),
            None => format!("it has more than {most}; say its size to let more in"),
        })
    }

    async fn take(&mut self, answer: &mut Answer) -> Result<Try, Stop> {
        self.shared.begin(Phase::Moving, self.part.have.bytes, self.part.have.total.or(self.order.size));
        loop {
            let chunk = match self.or_stopped(self.web.chunk(answer)).await? {
                Ok(Some(chunk)) => chunk,
                Ok(None) => return Ok(self.ended()),
                Err(error) => return tried(&error),
            };
            let bytes = self.part.have.bytes.saturating_add(chunk.len() as u64);
            if bytes > self.part.have.total.unwrap_or(u64::MAX).min(self.most()) {
                return Err(self.too_much().into());
            }
            self.part.add(&chunk)?;
            self.received += chunk.len() as u64;
            self.furthest = self.furthest.max(bytes);
            self.shared.reach(bytes);
        }
    }

    /// Judges an answer that has come to its end.
    fn ended(&self) -> Try {
        match self.part.have.total.or(self.order.size) {
            Some(total) if self.part.have.bytes < total => {
                Try::Again(Shown::ours("the server sent less than it said"), None)
            }
            _ => Try::Complete,
        }
    }

    async fn pause(&self, pause: Duration) -> Result<(), Stop> {
        self.or_stopped(sleep(pause)).await
    }

    /// Waits for something, unless somebody stops it or the time is over.
    async fn or_stopped<T>(&self, work: impl Future<Output = T>) -> Result<T, Stop> {
        let mut work = pin!(work);
        loop {
            self.shared.go_on()?;
            if let Some(time) = self.order.limits.time.filter(|time| self.shared.took() >= *time) {
                return Err(Shown::line(&format!("it was not done in {}", time_words(time))).into());
            }
            // The work itself is not given up by the tick, so nothing that came is lost.
            if let Ok(done) = timeout(TICK, work.as_mut()).await {
                return Ok(done);
            }
        }
    }
}

fn tried(error: &HttpError) -> Result<Try, Stop> {
    if error.may_pass() { Ok(Try::Again(shown(error), None)) } else { Err(failed(error)) }
}

fn failed(error: &HttpError) -> Stop {
    Stop::Failed(shown(error))
}

fn shown(error: &HttpError) -> Shown {
    Shown::line_limited(&error.to_string(), 500)
}

fn given_up(tries: u32, why: &Shown) -> Shown {
    match tries {
        1 => why.clone(),
        tries => Shown::line(&format!("given up after {tries} tries: {why}")),
    }
}

/// Gives the pause after so many tries in vain.
fn backoff(limits: &Limits, in_vain: u32) -> Duration {
    let factor = 2_u32.saturating_pow(in_vain.saturating_sub(1));
    limits.first_pause.saturating_mul(factor).min(limits.longest_pause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_are_bounded() {
        let limits = Limits::default();
        let pauses = [0, 1, 2, 3, 7, 40, u32::MAX].map(|in_vain| backoff(&limits, in_vain).as_secs());
        assert_eq!(pauses, [1, 1, 2, 4, 60, 60, 60]);
    }
}
