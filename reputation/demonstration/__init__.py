"""Make the demonstration: a planted truth, the inputs that real users would bring, and a store filled from them."""
