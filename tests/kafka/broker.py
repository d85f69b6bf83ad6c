"""A cluster of Kafka for tests: the mock of librdkafka behind a proxy that encrypts, asks for passwords, and goes away.

Prints its address, and then does what each line of its standard input says, as JSON, and prints a line when it is done.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import socket
import ssl
import struct
import sys
import threading

from confluent_kafka import Producer

METADATA, HANDSHAKE, AUTHENTICATE = 3, 17, 36
FRAME = struct.Struct(">i")


def receive(sock, count):
    data = b""
    while len(data) < count:
        piece = sock.recv(count - len(data))
        if not piece:
            raise ConnectionError
        data += piece
    return data


def frame(sock):
    return receive(sock, FRAME.unpack(receive(sock, 4))[0])


def send(sock, body):
    sock.sendall(FRAME.pack(len(body)) + body)


def text(value):
    return struct.pack(">h", len(value)) + value.encode()


class Proxy:
    """Stands before one broker."""

    def __init__(self, cluster, port):
        self.cluster, self.target, self.port = cluster, port, 0
        self.open, self.listener = [], None
        self.up()

    def up(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def down(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.drop()

    def drop(self):
        for sock in self.open:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.open = []

    def accept(self, listener):
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(sock,), daemon=True).start()

    def serve(self, sock):
        try:
            self.open.append(sock)
            if self.cluster.tls:
                sock = self.cluster.tls.wrap_socket(sock, server_side=True)
            with sock, socket.create_connection(("127.0.0.1", self.target)) as broker:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.open.append(broker)
                self.talk(sock, broker)
        except (ConnectionError, OSError, ssl.SSLError):
            pass

    def talk(self, sock, broker):
        login = None
        while True:
            request = frame(sock)
            api, version, number = struct.unpack_from(">hhi", request)
            length = struct.unpack_from(">h", request, 8)[0]
            body = request[10 + max(length, 0):]
            if api == HANDSHAKE:
                wanted = body[2:2 + struct.unpack_from(">h", body)[0]].decode()
                known = self.cluster.mechanism or "NONE"
                code = 0 if wanted == known else 33
                login = Login(self.cluster)
                send(sock, struct.pack(">ihi", number, code, 1) + text(known))
            elif api == AUTHENTICATE:
                answer = login.hear(body[4:4 + struct.unpack_from(">i", body)[0]])
                code = 58 if answer is None else 0
                reason = text("wrong") if answer is None else struct.pack(">h", -1)
                send(sock, struct.pack(">ih", number, code) + reason + struct.pack(">i", len(answer or b"")) + (answer or b""))
            elif self.cluster.mechanism and api != 18 and not (login and login.done):
                return
            else:
                send(broker, request)
                answer = frame(broker)
                send(sock, self.rewrite(answer, version) if api == METADATA else answer)

    def rewrite(self, answer, version):
        """Has the brokers be where their proxies are."""
        answer, compact = bytearray(answer), version >= 9
        at = 4 + (1 if compact else 0) + 4
        count = answer[at] - 1 if compact else struct.unpack_from(">i", answer, at)[0]
        at += 1 if compact else 4
        for _ in range(count):
            at += 4
            at += answer[at] if compact else 2 + struct.unpack_from(">h", answer, at)[0]
            port = struct.unpack_from(">i", answer, at)[0]
            struct.pack_into(">i", answer, at, self.cluster.proxies[port].port)
            at += 4
            if compact:
                at += max(answer[at], 1) + 1
            else:
                at += 2 + max(struct.unpack_from(">h", answer, at)[0], 0)
        if compact and self.cluster.topic:
            at += max(answer[at], 1) + 4 + 1 + 2
            at += max(answer[at], 1)
            answer[at:at + 16] = self.cluster.topic
        return bytes(answer)


class Login:
    """Knows one user."""

    def __init__(self, cluster):
        self.cluster, self.done, self.first = cluster, False, None

    def hear(self, said):
        cluster = self.cluster
        if cluster.mechanism == "PLAIN":
            self.done = said == f"\0{cluster.user}\0{cluster.password}".encode()
            return b"" if self.done else None
        digest = "sha256" if cluster.mechanism.endswith("256") else "sha512"
        if self.first is None:
            bare = said.decode()[3:]
            parts = dict(part.split("=", 1) for part in bare.split(","))
            if parts["n"].replace("=2C", ",").replace("=3D", "=") != cluster.user:
                return None
            self.salt = os.urandom(16)
            salt = base64.b64encode(self.salt).decode()
            self.first = f"r={parts['r']}server,s={salt},i=4096"
            self.bare = bare
            return self.first.encode()
        final, proof = said.decode().rsplit(",p=", 1)
        salted = hashlib.pbkdf2_hmac(digest, cluster.password.encode(), self.salt, 4096)
        key = hmac.digest(salted, b"Client Key", digest)
        spoken = f"{self.bare},{self.first},{final}".encode()
        signature = hmac.digest(hashlib.new(digest, key).digest(), spoken, digest)
        shown = bytes(one ^ other for one, other in zip(base64.b64decode(proof), signature))
        if shown != key:
            return None
        self.done = True
        server = hmac.digest(hmac.digest(salted, b"Server Key", digest), spoken, digest)
        return b"v=" + base64.b64encode(server)


class Cluster:
    def __init__(self, said):
        self.mechanism, self.user, self.password = said.mechanism, said.user, said.password
        # The id of every topic, where it is to be another.
        self.tls = self.topic = None
        if said.certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(said.certificate, said.key)
        mock = Producer({"test.mock.num.brokers": said.brokers, "log_level": 0})
        brokers = mock.list_topics(timeout=10).brokers.values()
        self.mock, self.servers = mock, ",".join(f"{broker.host}:{broker.port}" for broker in brokers)
        self.proxies = {}
        for broker in brokers:
            self.proxies[broker.port] = Proxy(self, broker.port)

    def produce(self, said):
        settings = {"bootstrap.servers": self.servers, "log_level": 0, "linger.ms": 5}
        settings["compression.type"] = said.get("compression", "none")
        producer = Producer(settings)
        failures = []
        def told(error, _):
            if error:
                failures.append(str(error))
        for partition, key, value in said["messages"]:
            while True:
                try:
                    producer.produce(said["topic"], value, key, partition, on_delivery=told)
                    break
                except BufferError:
                    producer.poll(0.1)
        producer.flush()
        return failures[0] if failures else "done"

    def do(self, said):
        if said["do"] == "produce":
            return self.produce(said)
        if said["do"] == "remake":
            self.topic = os.urandom(16)
            return "done"
        for proxy in self.proxies.values():
            getattr(proxy, said["do"])()
        return "done"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--brokers", type=int, default=1)
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--mechanism")
    parser.add_argument("--user")
    parser.add_argument("--password")
    cluster = Cluster(parser.parse_args())
    ports = [proxy.port for proxy in cluster.proxies.values()]
    print(",".join(f"127.0.0.1:{port}" for port in ports), flush=True)
    for line in sys.stdin:
        print(cluster.do(json.loads(line)), flush=True)


main()
