//! S3, from servers that others wrote: moto, and SeaweedFS, which checks signatures.

use super::s3::run;
use super::{digest, movies, sha256};
use crate::harness::Sandbox;
use crate::parts;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const SECRETS: [&str; 2] = ["hush-secret/+key", "hush-token=="];

/// A server of buckets on a free port, as long as the test lasts.
struct Service {
    child: Child,
    programs: PathBuf,
    url: String,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Service {
    /// Starts it; `None` where it is not installed.
    fn start(program: &str, sandbox: &Sandbox, args: impl Fn(u16) -> Vec<String>) -> Option<Service> {
        let programs = parts::folder("venv")?.join("bin");
        if !programs.join(program).exists() {
            assert!(std::env::var_os("CI").is_none(), "there is no {program}: make parts");
            println!("skipped: there is no {program}; install it with: make parts");
            return None;
        }
        let port = free_port();
        let child = Command::new(programs.join(program))
            .args(args(port))
            .current_dir(sandbox.path(""))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let start = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(120), "{program} does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(Service { child, programs, url: format!("http://127.0.0.1:{port}") })
    }

    fn moto(sandbox: &Sandbox) -> Option<Service> {
        Service::start("moto_server", sandbox, |port| {
            vec!["-H".to_owned(), "127.0.0.1".to_owned(), "-p".to_owned(), port.to_string()]
        })
    }

    fn seaweed(sandbox: &Sandbox) -> Option<Service> {
        let identity = format!(
            "{{\"identities\": [{{\"name\": \"me\", \"actions\": [\"Admin\", \"Read\", \"List\", \"Write\"],
               \"credentials\": [{{\"accessKey\": \"ID\", \"secretKey\": \"{}\"}}]}}]}}",
            SECRETS[0]
        );
        sandbox.write("s3.json", identity);
        sandbox.write("weed/.keep", "");
        Service::start("weed", sandbox, |port| {
            let mut args: Vec<String> = ["server", "-dir=weed", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3"]
                .map(str::to_owned)
                .to_vec();
            args.extend([format!("-s3.port={port}"), "-s3.config=s3.json".to_owned()]);
            for part in ["s3.port.grpc", "master.port", "master.port.grpc", "volume.port", "volume.port.grpc"]
            {
                args.push(format!("-{part}={}", free_port()));
            }
            args.extend([
                format!("-filer.port={}", free_port()),
                format!("-filer.port.grpc={}", free_port()),
            ]);
            args
        })
    }

    /// Has boto3 do something with a client `s3`; waits until the service is ready.
    fn put(&self, script: &str) {
        let client = format!(
            "import boto3, sys, time\nfrom botocore.config import Config\n\
             s3 = boto3.client('s3', endpoint_url='{}', region_name='us-east-1', aws_access_key_id='ID',\n\
             aws_secret_access_key='{}', config=Config(s3={{'addressing_style': 'path'}}))\n\
             for _ in range(300):\n    try:\n        s3.list_buckets(); break\n    except Exception: time.sleep(0.2)\n\
             s3.create_bucket(Bucket='my-bucket')\n{script}",
            self.url, SECRETS[0]
        );
        let done = Command::new(self.programs.join("python")).args(["-c", &client]).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    fn settings(&self) -> [(&'static str, &str); 3] {
        [
            ("AWS_ENDPOINT_URL_S3", &self.url),
            ("AWS_ACCESS_KEY_ID", "ID"),
            ("AWS_SECRET_ACCESS_KEY", SECRETS[0]),
        ]
    }
}

/// Puts objects, more than a page has, and loads them.
fn loads_and_lists(service: &Service, sandbox: &Sandbox, settings: &[(&str, &str)]) {
    sandbox.write("movies.csv", movies(2000));
    service.put(&format!(
        "body = open({:?}, 'rb').read()\n\
         for key in ['path/to/movies.csv', 'in/2026-11-20/movies.csv', 'in/2026-11-21/ä +%&=?#/movies.csv']:\n    s3.put_object(Bucket='my-bucket', Key=key, Body=body)\n\
         s3.put_object(Bucket='my-bucket', Key='in/2026-11-22/movies.csv', Body=body.replace(b'Thai', b'Lao'))\n\
         s3.put_object(Bucket='my-bucket', Key='in/.hidden/movies.csv', Body=b'x')\n\
         from concurrent.futures import ThreadPoolExecutor\n\
         put = lambda n: s3.put_object(Bucket='my-bucket', Key=f'in/0/{{n:04}}.txt', Body=b'x')\n\
         list(ThreadPoolExecutor(4).map(put, range(1010)))\n",
        sandbox.path("movies.csv").display().to_string()
    ));
    let args =
        ["load", "--model", "movie", "--collector", "s3", "--config", "s3://my-bucket/path/to/movies.csv"];
    let told = run(sandbox, &args, settings).success();
    assert!(told.stderr.contains("2000 inserted"), "{}", told.stderr);
    assert_eq!(digest(sandbox), sha256(&movies(2000)));
    let source = sandbox.rows("SELECT source FROM load");
    assert_eq!(source, "s3://my-bucket/path/to/movies.csv\n");
    let synced = run(sandbox, &["sync", "s3://my-bucket/in/"], settings).success();
    let loads = "SELECT d.date, l.source FROM load l JOIN delivery d ON d.id = l.delivery_id ORDER BY l.id";
    assert_eq!(
        sandbox.rows(loads).lines().skip(1).collect::<Vec<_>>(),
        [
            "2026-11-20|s3://my-bucket/in/2026-11-20/movies.csv",
            "2026-11-21|s3://my-bucket/in/2026-11-21/ä +%&=?#/movies.csv",
            "2026-11-22|s3://my-bucket/in/2026-11-22/movies.csv",
        ],
        "{}",
        synced.stderr
    );
    let again = run(sandbox, &["sync", "s3://my-bucket/in/"], settings).success();
    assert!(again.stderr.contains("nothing new; 3 files known"), "{}", again.stderr);
    let refused = run(sandbox, &["load", "--model", "movie", "--config", "s3://my-bucket/no.csv"], settings);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("no such object in the bucket my-bucket"), "{}", refused.stderr);
    let refused = run(sandbox, &["load", "--model", "movie", "--config", "s3://no-bucket/no.csv"], settings);
    assert!(refused.stderr.contains("has no bucket no-bucket"), "{}", refused.stderr);
    let ledger = sandbox.scli(&["loads", "--format", "json"]).success().stdout;
    let all = [told, synced, again, refused].map(|told| told.stdout + &told.stderr).concat() + &ledger;
    let database = sandbox.database();
    for secret in SECRETS {
        assert!(!all.contains(secret), "{all}");
        assert!(!database.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()));
    }
}

#[test]
fn objects_of_moto_are_loaded() {
    let sandbox = Sandbox::new();
    if let Some(service) = Service::moto(&sandbox) {
        // It takes any token.
        let settings = [&service.settings()[..], &[("AWS_SESSION_TOKEN", SECRETS[1])]].concat();
        loads_and_lists(&service, &sandbox, &settings);
    }
}

#[test]
fn objects_of_seaweedfs_are_loaded() {
    let sandbox = Sandbox::new();
    let Some(service) = Service::seaweed(&sandbox) else { return };
    loads_and_lists(&service, &sandbox, &service.settings());
    let before = sandbox.models();
    let wrong = [&service.settings()[..2], &[("AWS_SECRET_ACCESS_KEY", "hush-wrong")]].concat();
    let told = run(&sandbox, &["load", "s3://my-bucket/path/to/movies.csv"], &wrong);
    assert_eq!(told.code, 1);
    assert!(told.stderr.contains("secret access key is not that of the access key"), "{}", told.stderr);
    assert!(!told.stderr.contains("hush"));
    let told = run(&sandbox, &["load", "s3://my-bucket/path/to/movies.csv"], &service.settings()[..1]);
    assert!(told.stderr.contains("there are no credentials"), "{}", told.stderr);
    assert_eq!(sandbox.models(), before);
}
