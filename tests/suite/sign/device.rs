//! A security key in software: signatures as a device would make them, touched or not.
//!
//! Laid out by OpenSSH's PROTOCOL.u2f and PROTOCOL.sshsig; that ssh-keygen believes them is the proof
//! that what mop reads in them is where a device puts it.

use ed25519_dalek::{Signer as _, SigningKey};
use mop::exec::sign::{NotVerified, Sshsig};
use mop::run::roster::{KeyKind, Level, PublicKey, SIGNOFF};
use sha2::{Digest as _, Sha256, Sha512};
use ssh_encoding::base64::{Base64, Encoding as _};

use super::bench::{ALICE, Bench, STATEMENT, check, openssh};
use crate::needs::needs;

const NAME: &[u8] = b"sk-ssh-ed25519@openssh.com";
const APPLICATION: &[u8] = b"ssh:";

pub const TOUCHED: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;

/// Is a device with one key, perhaps with a certificate for it.
pub struct Device {
    key: SigningKey,
    certificate: Option<Vec<u8>>,
}

impl Device {
    pub fn new(seed: u8) -> Self {
        Self { key: SigningKey::from_bytes(&[seed; 32]), certificate: None }
    }

    /// Signs under a certificate from now on.
    pub fn certified(self, certificate: &PublicKey) -> Self {
        Self { certificate: Some(certificate.bytes().to_vec()), ..self }
    }

    /// Gives the bytes of its public key, or of the certificate.
    fn key_bytes(&self) -> Vec<u8> {
        if let Some(certificate) = &self.certificate {
            return certificate.clone();
        }
        [field(NAME), field(self.key.verifying_key().as_bytes()), field(APPLICATION)].concat()
    }

    pub fn line(&self) -> String {
        PublicKey::from_bytes(&self.key_bytes()).unwrap().line()
    }

    /// Signs as a device does that states these flags and this counter.
    pub fn sign(&self, bytes: &[u8], flags: u8, counter: u32) -> String {
        self.sign_for(SIGNOFF, bytes, (flags, counter))
    }

    /// Signs for a namespace.
    pub fn sign_for(&self, namespace: &str, bytes: &[u8], (flags, counter): (u8, u32)) -> String {
        let statement: Vec<u8> = [flags].into_iter().chain(counter.to_be_bytes()).collect();
        self.signature(namespace, bytes, (&statement, &statement))
    }

    /// Signs one statement of flags and counter, and writes another beside the signature.
    pub fn sign_and_state(&self, bytes: &[u8], signed: &[u8], stated: &[u8]) -> String {
        self.signature(SIGNOFF, bytes, (signed, stated))
    }

    fn signature(&self, namespace: &str, bytes: &[u8], (signed, stated): (&[u8], &[u8])) -> String {
        let purpose = [field(namespace.as_bytes()), field(b""), field(b"sha512")].concat();
        let message = [b"SSHSIG".to_vec(), purpose.clone(), field(&Sha512::digest(bytes))].concat();
        let covered = [&Sha256::digest(APPLICATION)[..], signed, &Sha256::digest(message)].concat();
        let raw = [field(NAME), field(&self.key.sign(&covered).to_bytes()), stated.to_vec()].concat();
        armoured(&[b"SSHSIG\0\0\0\x01".to_vec(), field(&self.key_bytes()), purpose, field(&raw)].concat())
    }
}

fn field(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

pub fn armoured(bytes: &[u8]) -> String {
    let base64 = Base64::encode_string(bytes);
    let lines: Vec<_> = base64.as_bytes().chunks(70).map(|line| str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n", lines.join("\n"))
}

#[test]
fn a_touch_is_read_where_ssh_keygen_does_not_ask_for_it() {
    needs!(OPENSSH);
    let (bench, device) = (Bench::new(), Device::new(1));
    let signers = format!("{ALICE} {}\n", device.line());
    for (flags, touched, verified) in
        [(0, false, false), (TOUCHED, true, false), (TOUCHED | USER_VERIFIED, true, true), (USER_VERIFIED, false, true)]
    {
        let signature = device.sign(STATEMENT, flags, 4711);
        let check = check(&signers);
        assert!(bench.keygen_believes(&check, STATEMENT, signature.as_bytes()), "{flags}");
        let known = openssh().verify(&check, STATEMENT, signature.as_bytes()).unwrap();
        assert_eq!((known.touched(), known.user_verified(), known.counter()), (touched, verified, Some(4711)));
        assert_eq!(known.level(), if touched { Level::Touch } else { Level::Key });
        assert_eq!(known.key.kind(), KeyKind::Ed25519Sk);
    }
}

#[test]
fn where_touch_is_asked_for_only_a_touched_device_will_do() {
    needs!(OPENSSH);
    let (bench, device) = (Bench::new(), Device::new(1));
    bench.key("alice", "ed25519");
    let signers = format!("{ALICE} {}\n{}", device.line(), bench.allowed("", "alice"));
    let check = mop::exec::sign::Check { touch: true, ..check(&signers) };
    let verify = |signature: String| openssh().verify(&check, STATEMENT, signature.as_bytes());
    assert!(verify(device.sign(STATEMENT, TOUCHED, 1)).is_ok());
    assert!(matches!(verify(device.sign(STATEMENT, USER_VERIFIED, 1)), Err(NotVerified::NotTouched)));
    let by_file = bench.signature("alice", SIGNOFF, STATEMENT);
    assert!(matches!(verify(by_file), Err(NotVerified::NotTouched)));
}

#[test]
fn a_certificate_may_ask_that_the_device_knows_its_owner() {
    needs!(OPENSSH);
    let bench = Bench::new();
    bench.put("device.pub", Device::new(1).line());
    bench.certify("device", &["-n", ALICE, "-V", "20260101:20270101", "-O", "verify-required"]);
    let device = Device::new(1).certified(&bench.public("device-cert"));
    let signers = bench.allowed("cert-authority", "ca");
    let verify = |flags| openssh().verify(&check(&signers), STATEMENT, device.sign(STATEMENT, flags, 1).as_bytes());
    assert!(verify(TOUCHED | USER_VERIFIED).unwrap().user_verified());
    let error = verify(TOUCHED).unwrap_err();
    assert!(error.to_string().contains("`verify-required`"), "{error}");
}

#[test]
fn what_a_device_states_is_written_back_as_it_was() {
    let text = Device::new(2).sign(b"x", 0xc5, u32::MAX);
    let signature = Sshsig::parse(text.as_bytes()).unwrap();
    let device = signature.device().unwrap();
    assert_eq!((device.flags, device.counter), (0xc5, u32::MAX));
    assert_eq!(signature.to_string(), text);
}
