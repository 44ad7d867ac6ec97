"""Make the demonstration: a planted truth, the inputs that real users would bring, and a store filled from them."""

from reputation.demonstration.inputs import write_inputs

__all__ = ["write_inputs"]
