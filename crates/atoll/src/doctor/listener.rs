//! Which process listens on a port, as far as this user may know (proc(5)).

use std::fmt;
use std::fs;
use std::path::Path;

/// A process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Process {
    pub(super) id: u32,
    pub(super) name: String,
}

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (process {})", self.name, self.id)
    }
}

/// Who listens on this TCP port. `None`: nobody, a process of another user, or a system without `/proc`.
pub(super) fn of_port(port: u16) -> Option<Process> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| fs::read_to_string(path).unwrap_or_default());
    let sockets: Vec<String> = tables
        .iter()
        .flat_map(|table| listening(table, port))
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    if sockets.is_empty() {
        return None;
    }
    let processes = fs::read_dir("/proc").ok()?;
    processes.flatten().find_map(|entry| {
        let id: u32 = entry.file_name().to_str()?.parse().ok()?;
        holds_any(&entry.path(), &sockets).then(|| Process { id, name: name_of(&entry.path()) })
    })
}

/// The inodes of sockets that listen on a port, from a table as the kernel prints it.
fn listening(table: &str, port: u16) -> Vec<&str> {
    const LISTEN: &str = "0A";
    let on_port = |line: &&str| {
        let mut fields = line.split_whitespace();
        let address = fields.nth(1).and_then(|address| address.rsplit(':').next());
        let at = address.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        at == Some(port) && fields.nth(1) == Some(LISTEN)
    };
    table.lines().filter(on_port).filter_map(|line| line.split_whitespace().nth(9)).collect()
}

fn holds_any(process: &Path, sockets: &[String]) -> bool {
    let Ok(files) = fs::read_dir(process.join("fd")) else { return false };
    files.flatten().any(|file| {
        fs::read_link(file.path())
            .is_ok_and(|target| sockets.iter().any(|socket| target == Path::new(socket)))
    })
}

fn name_of(process: &Path) -> String {
    fs::read_to_string(process.join("comm")).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:A1B2 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1
   2: 00000000:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0
";

    #[test]
    fn only_sockets_that_listen_on_the_port_count() {
        assert_eq!(listening(TABLE, 8080), ["4711"]);
        assert_eq!(listening(TABLE, 8081), ["4713"]);
        assert!(listening(TABLE, 8082).is_empty());
        assert!(listening("", 8080).is_empty());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_is_found_by_its_port() {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let found = of_port(socket.local_addr().unwrap().port()).unwrap();
        assert_eq!(found.id, std::process::id());
    }
}
