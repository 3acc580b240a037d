package org.dmore.coordinator.api;

/** Answers requests. Thread-safe. */
@FunctionalInterface
interface Responder {
  /** Answers; blocks as long as it takes, and never fails. */
  Answer answer(Caller caller, Request request);
}
