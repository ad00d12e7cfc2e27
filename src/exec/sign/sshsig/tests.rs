//! Signatures that are read whole, pasted ones, and damaged ones.

use proptest::prelude::*;

use super::*;

/// Was made with `ssh-keygen -Y sign -n ns` over `hello`.
const SIGNATURE: &str = "\
-----BEGIN SSH SIGNATURE-----\n\
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgmbvb1lvtYWczlmAPAel+LPfiHA\n\
VhFVxvu+vZOokEq7cAAAACbnMAAAAAAAAABnNoYTUxMgAAAFMAAAALc3NoLWVkMjU1MTkA\n\
AABAscSOaFubDWOk62ESxkGNWGdv8bpUzuZTgnVPyaJQq8jkMOTyrxUEa2FHF9ZMO0yKZ4\n\
u3VRbjDX98ROQRYgT4Bw==\n\
-----END SSH SIGNATURE-----\n";

fn parse(text: &str) -> Result<Sshsig, SshsigError> {
    Sshsig::parse(text.as_bytes())
}

/// Puts other bytes into the armour.
fn armoured(bytes: &[u8]) -> String {
    format!("{BEGIN}\n{}\n{END}\n", Base64::encode_string(bytes))
}

fn bytes() -> Vec<u8> {
    unarmoured(SIGNATURE.as_bytes()).unwrap()
}

#[test]
fn a_signature_says_what_it_claims_and_is_written_as_it_was() {
    let signature = parse(SIGNATURE).unwrap();
    assert_eq!((signature.namespace(), signature.hash(), signature.device()), ("ns", Hash::Sha512, None));
    assert_eq!(signature.key().kind(), KeyKind::Ed25519);
    assert_eq!(signature.key().fingerprint(), "SHA256:ZhZOTEx4lt39Yk4+RTbZ/4TZCKBykWVnu7kMQHz0MlY");
    assert_eq!(signature.to_string(), SIGNATURE);
}

#[test]
fn a_signature_pasted_from_a_terminal_is_the_same() {
    let whole = parse(SIGNATURE).unwrap();
    let pasted = [
        SIGNATURE.replace('\n', "\r\n"),
        SIGNATURE.trim_end().to_owned(),
        format!("\n\n  {}\n \t\n", SIGNATURE.replace('\n', "  \n\t ")),
        SIGNATURE.replace("VhFVxvu", "Vh\nFVxvu"),
    ];
    for text in pasted {
        assert_eq!(parse(&text).as_ref(), Ok(&whole), "{text:?}");
    }
}

#[test]
fn what_is_no_signature_is_refused_with_the_reason() {
    let refused = [
        ("", SshsigError::Empty),
        (" \n\r\n", SshsigError::Empty),
        ("hello", SshsigError::Armour),
        (SIGNATURE.trim_end().strip_suffix(END).unwrap(), SshsigError::Armour),
        (&SIGNATURE.replace("SSH SIGNATURE", "PGP SIGNATURE"), SshsigError::Armour),
        (&SIGNATURE.replace("-----BEGIN", "----BEGIN"), SshsigError::Armour),
        (&SIGNATURE.repeat(2), SshsigError::Base64),
        (&SIGNATURE.replace("U1NIU0lH", "U1NI*0lH"), SshsigError::Base64),
        (&SIGNATURE.replace("Bw==", "Bw="), SshsigError::Base64),
        (&SIGNATURE.replace("Bw==", "Bx=="), SshsigError::Base64),
        (&SIGNATURE.replace("VhFVxvu", "Vh\n\nFVxvu"), SshsigError::Base64),
        (&format!("{SIGNATURE}{}", " ".repeat(MOST_BYTES)), SshsigError::TooLong),
    ];
    for (text, error) in refused {
        assert_eq!(parse(text), Err(error), "{text:?}");
    }
    assert_eq!(Sshsig::parse(&[0xff; 64]), Err(SshsigError::Armour));
}

#[test]
fn other_versions_hashes_and_algorithms_are_named() {
    let replaced = |from: &[u8], to: &[u8], at: usize| {
        let mut bytes = bytes();
        let found: Vec<_> = (0..bytes.len()).filter(|start| bytes[*start..].starts_with(from)).collect();
        bytes[found[at]..][..to.len()].copy_from_slice(to);
        parse(&armoured(&bytes))
    };
    assert_eq!(replaced(b"SSHSIG\0\0\0\x01", b"SSHSIG\0\0\0\x02", 0), Err(SshsigError::Version(2)));
    assert_eq!(replaced(b"sha512", b"sha384", 0), Err(SshsigError::Hash("sha384".to_owned())));
    assert_eq!(replaced(b"sha512", b"\x1b[31m;", 0), Err(SshsigError::Hash("^[[31m;".to_owned())));
    assert_eq!(replaced(b"ssh-ed25519", b"ssh-ed25518", 1), Err(SshsigError::Algorithm("ssh-ed25518".to_owned())));
    assert_eq!(replaced(b"ssh-ed25519", b"ssh-ed25518", 0), Err(KeyError::Kind("ssh-ed25518".to_owned()).into()));
}

#[test]
fn every_signature_that_is_cut_or_longer_is_refused() {
    let whole = bytes();
    for end in 0..whole.len() {
        assert!(parse(&armoured(&whole[..end])).is_err(), "{end}");
    }
    assert!(parse(&armoured(&[&whole[..], b"x"].concat())).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_is_written_back_to_the_byte(at in 0usize..200, byte in any::<u8>(), more in prop::collection::vec(any::<u8>(), 0..40)) {
        let mut changed = bytes();
        let at = at % changed.len();
        changed[at] = byte;
        changed.extend(more);
        if let Ok(signature) = parse(&armoured(&changed)) {
            prop_assert_eq!(&signature.bytes, &changed);
            prop_assert_eq!(parse(&signature.to_string()), Ok(signature));
        }
    }

    #[test]
    fn no_bytes_make_it_fall_over(any in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Sshsig::parse(&any);
        let _ = parse(&armoured(&any));
        let _ = parse(&armoured(&[MAGIC, &[0, 0, 0, 1], &any].concat()));
    }
}
