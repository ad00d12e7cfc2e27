//! One question to a name server, and what its answer means.
//!
//! The bytes are `simple-dns`'s work: one small crate, safe throughout, that reads and writes messages,
//! bounds every name and follows a name's pointers only backwards. A whole resolver would be twenty crates
//! more, with a cache and with name servers of its own to fall back on. What is no answer to this very
//! question is nothing; what it takes to read one is bounded by its length. Nothing is sent here.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use simple_dns::rdata::RData;
use simple_dns::{
    CLASS, Name, OPCODE, Packet, PacketFlag, QCLASS, QTYPE, Question as Asked, RCODE, ResourceRecord, TYPE,
    header_buffer,
};

use super::MOST;

/// How many aliases a name may lead through.
pub(super) const MOST_ALIASES: usize = 16;
/// The least that a record takes in a message.
const LEAST_RECORD: usize = 11;

/// Is one of the two kinds of address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    V4,
    V6,
}

/// Asks for the addresses of one kind that a name has.
#[derive(Debug)]
pub(super) struct Question {
    name: Name<'static>,
    family: Family,
    /// The number that its answer has to have.
    id: u16,
}

/// Says what a name server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// These addresses.
    Found(Vec<IpAddr>),
    /// There is no such name, or it has no such address.
    Nothing,
    /// It is an alias of this name, about which nothing is said.
    Alias(Name<'static>),
    /// Its aliases have no end.
    Endless,
    /// The answer is too long for this way.
    Cut,
    /// It does not say.
    Refused(RCODE),
}

/// Reads a name that can be asked for.
pub(super) fn askable(name: &str) -> Option<Name<'static>> {
    let is_label = |label: &str| (1..=63).contains(&label.len());
    let name = name.split('.').all(is_label).then(|| Name::new(name).ok())??;
    Some(name.into_owned())
}

impl Question {
    /// Makes one with a number that nobody can guess.
    pub fn new(name: Name<'static>, family: Family) -> Option<Self> {
        let mut id = [0; 2];
        getrandom::fill(&mut id).ok()?;
        Some(Self { name, family, id: u16::from_ne_bytes(id) })
    }

    /// Gives the bytes that are sent.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let mut packet = Packet::new_query(self.id);
        packet.set_flags(PacketFlag::RECURSION_DESIRED);
        packet.questions.push(Asked::new(self.name.clone(), self.kind(), QCLASS::CLASS(CLASS::IN), false));
        packet.build_bytes_vec().ok()
    }

    fn kind(&self) -> QTYPE {
        QTYPE::TYPE(if self.family == Family::V4 { TYPE::A } else { TYPE::AAAA })
    }

    /// Reads an answer; nothing where it is none, or one to another question.
    pub fn read(&self, bytes: &[u8]) -> Option<Reply> {
        let has = |flag| header_buffer::has_flags(bytes, flag).ok();
        if header_buffer::id(bytes).ok()? != self.id || !has(PacketFlag::RESPONSE)? {
            return None;
        }
        if has(PacketFlag::TRUNCATION)? {
            return Some(Reply::Cut);
        }
        let packet = parse(bytes)?;
        let code = packet.rcode();
        match &packet.questions[..] {
            [asked] if self.is(asked) => {}
            // Who does not even understand a question need not repeat it.
            [] if !matches!(code, RCODE::NoError | RCODE::NameError) => {}
            _ => return None,
        }
        Some(match code {
            RCODE::NoError => self.follow(&packet.answers),
            RCODE::NameError => Reply::Nothing,
            code => Reply::Refused(code),
        })
    }

    fn is(&self, asked: &Asked<'_>) -> bool {
        asked.qname == self.name && asked.qtype == self.kind() && asked.qclass == QCLASS::CLASS(CLASS::IN)
    }

    /// Finds the addresses of the name, through its aliases; what is said of other names is passed over.
    fn follow(&self, answers: &[ResourceRecord<'_>]) -> Reply {
        let mut name = &self.name;
        for _ in 0..MOST_ALIASES {
            let own = || answers.iter().filter(|record| record.class == CLASS::IN && record.name == *name);
            let found: Vec<_> = own().filter_map(|record| self.address(&record.rdata)).take(MOST).collect();
            if !found.is_empty() {
                return Reply::Found(found);
            }
            match own().find_map(|record| alias(&record.rdata)) {
                Some(next) => name = next,
                None if name == &self.name => return Reply::Nothing,
                None => return Reply::Alias(name.clone().into_owned()),
            }
        }
        Reply::Endless
    }

    fn address(&self, data: &RData<'_>) -> Option<IpAddr> {
        match (data, self.family) {
            (RData::A(found), Family::V4) => Some(Ipv4Addr::from_bits(found.address).into()),
            (RData::AAAA(found), Family::V6) => Some(Ipv6Addr::from_bits(found.address).into()),
            _ => None,
        }
    }
}

fn alias<'a>(data: &'a RData<'a>) -> Option<&'a Name<'a>> {
    match data {
        RData::CNAME(target) => Some(&target.0),
        _ => None,
    }
}

/// Reads a message that can hold as many records as it says: room is made for them before they are looked at.
fn parse(bytes: &[u8]) -> Option<Packet<'_>> {
    let counts = [header_buffer::answers, header_buffer::name_servers, header_buffer::additional_records];
    let records: usize = counts.into_iter().map(|count| count(bytes).map_or(0, usize::from)).sum();
    let is_bounded = records * LEAST_RECORD <= bytes.len() && header_buffer::questions(bytes).ok()? <= 1;
    let packet = is_bounded.then(|| Packet::parse(bytes).ok())??;
    (packet.opcode() == OPCODE::StandardQuery).then_some(packet)
}

#[cfg(test)]
mod tests;
