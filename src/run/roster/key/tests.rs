//! Keys that ssh-keygen made, and what is read in them.

use super::*;
use crate::run::roster::{Auth, Holder, Level};

pub(in super::super) const ED25519: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJm729Zb7WFnM5ZgDwHpfiz34hwFYRVcb7vr2TqJBKu3";
pub(in super::super) const ED25519_PRINT: &str = "SHA256:ZhZOTEx4lt39Yk4+RTbZ/4TZCKBykWVnu7kMQHz0MlY";
pub(in super::super) const RSA: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCSfQK7GYroYoQUQ7xhdQncNKrCDF87FAZ9MCNlQzq718kdndnzOhBo/u640wmybWzlZx9HPnGNSVxPTHS5z8HYkTRyEeNgBQV8oMaWL2Va++Z7P2V7Kp7Y1XFbeQiLzZK7nofCFh7LGspIS135nMwvDcucP+KfborROlbSXzs4DM4mEY0sVL34zX7h8+YHkMAX6RH0F5GR5E0sVTFTtZmNAO9lH4PUtqyt9HO8JHWx7dGvUaBUZl4GwkP2zonftWTnMuWlwDkUthp/vIJKkO4T3C62bnF14DEhsnf4kSAvDOdoojvxD4aV1Iy8IKBcpw4f2GC0R3xnyTUTMLoDhI2H";
pub(in super::super) const SHORT_RSA: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDPqtc8G4abbz3BkaRj7Pvs78PKZwKOeuKG4fmmDrQqn8VIwN9BgFCqY07vN9B8eM5uUYjA0sOou1c7VAftk0KqMFRpZf6bdq8Ay6SFgNIvuRpKknTtbzhNITx7m9kE9e6XhasKoqai6rPkFnm40sIo2dBajiE4Ws9zkfP/+BhInQ==";
pub(in super::super) const ECDSA: &str = "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBABewXf/GLUXT35C5ldH0gII0It0aXBpjFyYG8Bq3Ls4+BdK654eVzSUn2fYHBhFXIKSBx5fTBlj9S8rDWMTtwBWmAE1gIk6ouqgE+cPWWLcI99n3EavgcH9CDsU4dO71O5PKRsxcUjawu7NOxhE3IJJn0XpJ3Zf2FCnTKIp31yumbnB4g==";
pub(in super::super) const DSA: &str = "ssh-dss AAAAB3NzaC1kc3MAAACBAOB6iq19TV7AOTiEqmoMi33vpXAJPhFSktdQDkGgCcYiE2baHcwOMh8TAFRfZesNHkFuIRYwm9pRq7pWlJHB0rVz50aL28jVBefRUEU1onQm/8NA1bwjSHbw0o5llg93Tm72NwJ4CdMnjOvZbwwxNxetx8VIv9bvmErNegrBMdf3AAAAFQDRT4vBR2OXcjO/w9pVkBknbSgrLwAAAIAYmMmlgLYnMhYLNrExQRNAtPGg0Q3mE0GupKntXgylU/tIeOr8Y9KljSpGmZCfXy5JswlR/mK8gU/vXBqPEndpXsen6mVTv1sv1mjdG1wXfJgqWqEXx55ke10I7rMRu4mZmC2XjanGtYK3fnVojRj16bI4IdgdBQBSseN3+I+kpAAAAIB4ykRq2uJ+cwmsgdoqAbYS23A3H3ZZAYGmlXLP7Ta/Cbdj2Pqatf5FWI9HDk5+9CTE0dbd1TcFS2of6jnV+qV4cE9Sg7rZoJJVRd95ElNNBdjLhrefhM1x0Iev09T6rTrIuoLNVVD7ahFJBdU5t6zOsh3Cl2bZnhefchiW0p0HBw==";
/// Is an Ed25519 key in a device.
pub(in super::super) const DEVICE: &str = "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fAAAABHNzaDo=";
pub(in super::super) const AUTHORITY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBkHGt9zmradZoPXQk90k1s0BfbbgafxSZzKD+d695Od";
pub(in super::super) const AUTHORITY_PRINT: &str = "SHA256:JFce0znLYqyH4HvF3cYpFar3csWsjY6JYdUVfW8XGrE";
/// Is a certificate by [`AUTHORITY`], without an end: `id with blank`, serial 7, for anybody.
pub(in super::super) const CERTIFICATE: &str = "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIHfdtZCQ4Tr5GZEItWQ4CUpObBnRmPTFXpjAkMU/AB1wAAAAIL5yTXY3NBzqk+JMBpsulTfmeZtksauDwYBYV2fS+ByqAAAAAAAAAAcAAAABAAAADWlkIHdpdGggYmxhbmsAAAAAAAAAAAAAAAD//////////wAAAAAAAACCAAAAFXBlcm1pdC1YMTEtZm9yd2FyZGluZwAAAAAAAAAXcGVybWl0LWFnZW50LWZvcndhcmRpbmcAAAAAAAAAFnBlcm1pdC1wb3J0LWZvcndhcmRpbmcAAAAAAAAACnBlcm1pdC1wdHkAAAAAAAAADnBlcm1pdC11c2VyLXJjAAAAAAAAAAAAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIBkHGt9zmradZoPXQk90k1s0BfbbgafxSZzKD+d695OdAAAAUwAAAAtzc2gtZWQyNTUxOQAAAEBDV1hAhmzCoTdjIkQLKmgTM8p2FnjmH/hFk2qXN0VgD0Ay1O+rmVzHlmHjFwQ+jZIwWG6mV+rhTSIHkS+lnKYC";
/// Is the key in it.
pub(in super::super) const CERTIFIED: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL5yTXY3NBzqk+JMBpsulTfmeZtksauDwYBYV2fS+Byq";

#[test]
fn every_kind_of_key_is_read_and_written_as_it_was() {
    let kinds = [(ED25519, "ED25519"), (RSA, "RSA"), (ECDSA, "ECDSA"), (DEVICE, "ED25519-SK")];
    for (line, word) in kinds {
        let key = PublicKey::parse(&format!("  {line}  a comment\r\n")).unwrap();
        assert_eq!((key.kind().word(), key.comment()), (word, "a comment"));
        assert_eq!((key.line().as_str(), key.to_string()), (line, format!("{line} a comment")));
    }
}

#[test]
fn a_fingerprint_is_the_one_that_ssh_keygen_prints() {
    assert_eq!(PublicKey::parse(ED25519).unwrap().fingerprint(), ED25519_PRINT);
}

#[test]
fn a_certificate_is_read_even_when_it_never_ends() {
    let key = PublicKey::parse(CERTIFICATE).unwrap();
    let certificate = key.certificate().unwrap();
    assert_eq!((certificate.serial, certificate.key_id.as_str()), (7, "id with blank"));
    assert_eq!((certificate.valid_after, certificate.valid_before), (0, u64::MAX));
    assert_eq!((certificate.authority.as_str(), certificate.principals.len()), (AUTHORITY_PRINT, 0));
    let plain = PublicKey::parse(CERTIFIED).unwrap();
    assert_eq!((key.plain_bytes(), key.fingerprint()), (plain.bytes(), plain.fingerprint()));
    assert_eq!(key.line(), CERTIFICATE);
}

#[test]
fn what_cannot_sign_is_refused_with_the_reason() {
    let damaged = ED25519.replace("AAAAIJm7", "AAAAIJm");
    let longer = format!("{}AAAA", ED25519);
    let other_name = ED25519.replacen("ssh-ed25519", "ssh-rsa", 1);
    let refused = [
        ("", KeyError::NotAKey),
        ("ssh-ed25519", KeyError::NotAKey),
        (DSA, KeyError::Kind("ssh-dss".to_owned())),
        (SHORT_RSA, KeyError::Short(1024)),
        (damaged.as_str(), KeyError::Damaged),
        (longer.as_str(), KeyError::Damaged),
        (other_name.as_str(), KeyError::Damaged),
        ("alice \u{1b}[31m", KeyError::Kind("alice".to_owned())),
    ];
    for (line, error) in refused {
        assert_eq!(PublicKey::parse(line), Err(error), "{line}");
    }
    let two = format!("{ED25519} one\n{RSA}");
    assert_eq!(PublicKey::parse(&two), Err(KeyError::NotAKey));
    assert_eq!(PublicKey::parse(&"x ".repeat(9000)), Err(KeyError::TooLong));
}

#[test]
fn the_words_of_the_statement_name_the_key_and_where_it_is() {
    let auth = |line: &str, holder| Auth::Key { holder, key: PublicKey::parse(line).unwrap() };
    let device = auth(DEVICE, Holder::Agent);
    assert!(device.to_string().starts_with("ssh-agent ED25519-SK SHA256:"), "{device}");
    assert_eq!(auth(ED25519, Holder::File).to_string(), format!("ssh-key ED25519 {ED25519_PRINT}"));
    let certificate = auth(CERTIFICATE, Holder::Agent).to_string();
    let print = PublicKey::parse(CERTIFIED).unwrap().fingerprint();
    assert_eq!(certificate, format!("certificate ED25519 {print} by {AUTHORITY_PRINT} serial 7"));
    assert_eq!((Auth::Pin.to_string(), Auth::NameOnly.to_string()), ("pin".to_owned(), "name only".to_owned()));
    assert_eq!((device.level(), Auth::Pin.level()), (Level::Touch, Level::Pin));
}
