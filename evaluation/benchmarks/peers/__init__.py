"""The same work done by Sob Medida and by others: each system in a process of its own, one after another."""
