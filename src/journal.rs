//! The audit log: bytes in, durable, chained, verified lines out.
