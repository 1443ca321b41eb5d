"""Apache Kafka: one KRaft node that is broker and controller, settings fit for one machine."""

import base64
import shutil
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from todo_stack.components.java import classpath, java
from todo_stack.errors import StackError
from todo_stack.process import Launch

_HEAP_MB = 256
_FORMATTED = "formatted"

_SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "controller.listener.names": "CONTROLLER",
    "auto.create.topics.enable": "false",
    "broker.heartbeat.interval.ms": "500",
    "broker.session.timeout.ms": "2000",
    "default.replication.factor": "1",
    "group.initial.rebalance.delay.ms": "0",
    "log.cleaner.dedupe.buffer.size": "16777216",
    "min.insync.replicas": "1",
    "offsets.topic.num.partitions": "4",
    "offsets.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
}

_LOGGING = """\
rootLogger.level = WARN
rootLogger.appenderRef.out.ref = out
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = [%d] %p %m (%c)%n
"""


@dataclass(frozen=True)
class TlsDoor:
    """A listener for clients with a certificate, whose rights are ACLs of `User:CN=<name>`, as Strimzi's are.

    `keystore`: key and certificate of the broker, `truststore`: the authority of its clients, both in PEM. Who comes
    in by the plain listener may do everything.
    """

    port: int
    keystore: Path
    truststore: Path
    host: str = "127.0.0.1"

    def added_to(self, settings: dict[str, str]) -> dict[str, str]:
        """The broker's settings with this door."""
        address = f"TLS://{self.host}:{self.port}"
        return settings | {
            "listeners": f"{settings['listeners']},{address}",
            "advertised.listeners": f"{settings['advertised.listeners']},{address}",
            "listener.security.protocol.map": f"{settings['listener.security.protocol.map']},TLS:SSL",
            "listener.name.tls.ssl.client.auth": "required",
            "listener.name.tls.ssl.keystore.type": "PEM",
            "listener.name.tls.ssl.keystore.location": str(self.keystore),
            "listener.name.tls.ssl.truststore.type": "PEM",
            "listener.name.tls.ssl.truststore.location": str(self.truststore),
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS",
        }


@dataclass(frozen=True)
class Kafka:
    """`jars`: the class path; `folder`: log segments and generated settings; `tls`: one more door.

    `classes`: a class cache, which need not exist.
    """

    jars: tuple[Path, ...]
    folder: Path
    port: int
    controller_port: int
    tls: TlsDoor | None = None
    classes: Path | None = None

    name = "kafka"
    title = "Kafka"

    @property
    def ports(self) -> dict[str, int]:
        """Clients use the first; the controller listens on the second."""
        return {"Kafka": self.port, "Kafka's controller": self.controller_port}

    @property
    def bootstrap(self) -> str:
        """What clients connect to."""
        return f"127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Write the settings (ports may differ from the last start); format the storage once."""
        marker = self.folder / _FORMATTED
        if not marker.exists():
            shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write_settings()
        if not marker.exists():
            self._format()
            marker.touch()

    def launch(self) -> Launch:
        """Run the broker; it shuts down in order on SIGTERM."""
        return Launch(
            name=self.name,
            command=self._java("kafka.Kafka", str(self.folder / "server.properties")),
            cwd=self.folder,
        )

    def is_ready(self) -> bool:
        """Whether a client gets the cluster's metadata with this broker in it."""
        client = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0})
        try:
            return bool(client.list_topics(timeout=2).brokers)
        except KafkaException:
            return False

    def _java(self, main_class: str, *arguments: str) -> tuple[str, ...]:
        logging = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"
        return java(
            "-cp", classpath(list(self.jars)), logging, main_class, *arguments, heap_mb=_HEAP_MB, classes=self.classes
        )

    def _write_settings(self) -> None:
        controller = f"127.0.0.1:{self.controller_port}"
        settings = _SETTINGS | {
            "listeners": f"PLAINTEXT://{self.bootstrap},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{self.bootstrap}",
            "controller.quorum.voters": f"1@{controller}",
            "log.dirs": str(self.folder / "segments"),
        }
        if self.tls is not None:
            settings = self.tls.added_to(settings)
        text = "".join(f"{key}={value}\n" for key, value in settings.items())
        (self.folder / "server.properties").write_text(text, encoding="utf-8")
        (self.folder / "log4j2.properties").write_text(_LOGGING, encoding="utf-8")

    def _format(self) -> None:
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
        settings = str(self.folder / "server.properties")
        command = self._java("kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "--config", settings)
        result = subprocess.run(command, capture_output=True, text=True, timeout=120)
        if result.returncode != 0:
            reason = (result.stderr or result.stdout).strip()
            raise StackError(f"Kafka's storage {self.folder} can't be formatted: {reason}")
