"""What all generated clients and events are built on; `make generate` copies each module to gen/todo/<module>.

Imports nothing of this repository: the copies are part of the wheel for programs outside.
"""
