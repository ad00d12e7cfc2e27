//! Archives written byte by byte, so that each may lie in a way of its own.

/// One entry, stored and not packed.
#[derive(Clone, Debug)]
pub struct Raw {
    pub name: Vec<u8>,
    pub content: Vec<u8>,
    pub method: u16,
    pub flags: u16,
    /// The mode of Unix systems.
    pub mode: u32,
    pub crc: u32,
    /// The size that it is said to have.
    pub said: u32,
    /// The name before the content.
    pub local_name: Vec<u8>,
}

pub fn raw(name: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Raw {
    let (name, content) = (name.as_ref().to_vec(), content.as_ref().to_vec());
    let (crc, said) = (crc32(&content), u32::try_from(content.len()).unwrap());
    Raw { local_name: name.clone(), name, content, method: 0, flags: 0, mode: 0o100_644, crc, said }
}

impl Raw {
    pub fn mode(self, mode: u32) -> Self {
        Self { mode, ..self }
    }

    fn fields(&self) -> Vec<u8> {
        let packed = u32::try_from(self.content.len()).unwrap();
        let shorts = [20, self.flags, self.method, 0, 0x21].into_iter().flat_map(u16::to_le_bytes);
        shorts.chain([self.crc, packed, self.said].into_iter().flat_map(u32::to_le_bytes)).collect()
    }

    /// What stands before the content, and the content.
    pub fn local(&self) -> Vec<u8> {
        let lengths = [short(self.local_name.len()), [0, 0]].concat();
        [b"PK\x03\x04", &self.fields()[..], &lengths, &self.local_name, &self.content].concat()
    }

    /// What stands in the list.
    pub fn listed(&self, offset: usize) -> Vec<u8> {
        let attributes = (self.mode << 16).to_le_bytes();
        let rest = [&short(self.name.len())[..], &[0; 8], &attributes, &long(offset)].concat();
        [b"PK\x01\x02\x14\x03", &self.fields()[..], &rest, &self.name].concat()
    }
}

fn short(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap().to_le_bytes()
}

fn long(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap().to_le_bytes()
}

/// The record at the end.
pub fn end(entries: usize, length: usize, offset: usize) -> Vec<u8> {
    [b"PK\x05\x06\0\0\0\0", &short(entries)[..], &short(entries), &long(length), &long(offset), &[0, 0]].concat()
}

pub fn zip(entries: &[Raw]) -> Vec<u8> {
    let (mut bytes, mut list) = (Vec::new(), Vec::new());
    for entry in entries {
        list.extend(entry.listed(bytes.len()));
        bytes.extend(entry.local());
    }
    let offset = bytes.len();
    bytes.extend(&list);
    bytes.extend(end(entries.len(), list.len(), offset));
    bytes
}

pub fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    })
}
