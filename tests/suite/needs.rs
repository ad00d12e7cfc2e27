//! What a test needs that a machine may not have: it says so, and is not run; where all tests have to
//! run (`MOP_ALL_TESTS=1`, as in CI) it fails.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// Something outside that tests drive.
pub struct Tool {
    name: &'static str,
    /// How to get it.
    from: &'static str,
    is_here: LazyLock<bool>,
}

pub static OPENSSH: Tool =
    Tool { name: "OpenSSH", from: "apt-get install openssh-client", is_here: LazyLock::new(|| starts("ssh-keygen")) };
pub static STRACE: Tool =
    Tool { name: "strace", from: "apt-get install strace, and let it ptrace", is_here: LazyLock::new(traces) };
pub static JQ: Tool = Tool { name: "jq", from: "apt-get install jq", is_here: LazyLock::new(|| starts("jq")) };
pub static UNZIP: Tool =
    Tool { name: "unzip", from: "apt-get install unzip", is_here: LazyLock::new(|| starts("unzip")) };
pub static PATCH: Tool =
    Tool { name: "patch", from: "apt-get install patch", is_here: LazyLock::new(|| starts("patch")) };
pub static GIT: Tool = Tool { name: "git", from: "apt-get install git", is_here: LazyLock::new(|| starts("git")) };
pub static TMUX: Tool = Tool { name: "tmux", from: "apt-get install tmux", is_here: LazyLock::new(|| starts("tmux")) };
pub static CHROMIUM: Tool = Tool {
    name: "Chromium",
    from: "apt-get install chromium, and let `chromium` be on the path",
    is_here: LazyLock::new(|| quiet("chromium").arg("--version").status().is_ok_and(|status| status.success())),
};
pub static PYTHON: Tool =
    Tool { name: "Python 3.9", from: "apt-get install python3", is_here: LazyLock::new(is_python) };
pub static BASH: Tool = Tool { name: "bash", from: "apt-get install bash", is_here: LazyLock::new(|| starts("bash")) };
pub static GROFF: Tool =
    Tool { name: "groff", from: "apt-get install groff-base", is_here: LazyLock::new(|| starts("groff")) };
pub static MOUNTS: Tool = Tool {
    name: "a tmpfs of its own",
    from: "let this account `unshare --mount --map-root-user`",
    is_here: LazyLock::new(mounts),
};
pub static APART: Tool = Tool {
    name: "a network of its own",
    from: "apt-get install iproute2 util-linux, and let this account `unshare --net --map-root-user`",
    is_here: LazyLock::new(is_apart),
};
pub static STATIC: Tool = Tool {
    name: "a static binary",
    from: "build one as the README says, and name it in MOP_STATIC",
    is_here: LazyLock::new(|| std::env::var_os("MOP_STATIC").is_some_and(|path| Path::new(&path).is_file())),
};

/// Gives a path with the folders of programs that are root's.
pub fn wide_path() -> String {
    format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default())
}

fn quiet(name: &str) -> Command {
    let mut command = Command::new(name);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn starts(name: &str) -> bool {
    quiet(name).arg("--help").status().is_ok()
}

fn is_python() -> bool {
    let asked = quiet("python3").args(["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]).status();
    asked.is_ok_and(|status| status.success())
}

fn traces() -> bool {
    quiet("strace").args(["-qq", "-o", "/dev/null", "true"]).status().is_ok_and(|status| status.success())
}

fn mounts() -> bool {
    let mut command = quiet("unshare");
    command.args(["--mount", "--map-root-user", "mount", "-t", "tmpfs", "none", "/mnt"]);
    command.status().is_ok_and(|status| status.success())
}

fn is_apart() -> bool {
    let mut command = quiet("unshare");
    command.args(["--map-root-user", "--net", "sh", "-c", "ip link set lo up && unshare --root=/ true"]);
    command.env("PATH", wide_path()).status().is_ok_and(|status| status.success())
}

/// Tells whether all of them are here; says on the terminal which one is not.
pub fn are_here(test: &str, tools: &[&Tool]) -> bool {
    let Some(absent) = tools.iter().find(|tool| !*tool.is_here) else { return true };
    let words = format!("{test} needs {}: {}", absent.name, absent.from);
    assert!(std::env::var_os("MOP_ALL_TESTS").is_none(), "{words}");
    // What a test prints is hidden when it passes; this is not.
    let _ = writeln!(std::io::stderr(), "NOT RUN: {words}");
    false
}

/// Ends a test here that cannot be run on this machine.
macro_rules! needs {
    ($($tool:ident),+) => {
        if !crate::needs::are_here(module_path!(), &[$(&crate::needs::$tool),+]) {
            return;
        }
    };
}
pub(crate) use needs;
