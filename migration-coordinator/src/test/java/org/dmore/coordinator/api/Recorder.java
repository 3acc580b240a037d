package org.dmore.coordinator.api;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Plays interfaces: writes down what is called, and answers what it was told to. */
final class Recorder implements InvocationHandler {
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final Map<String, Callable<?>> answers = new ConcurrentHashMap<>();

  /** What was called with what. */
  record Call(String method, List<Object> arguments) {}

  /** What it plays. */
  <T> T as(Class<T> type) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, this));
  }

  Recorder answer(String method, Callable<?> answer) {
    answers.put(method, answer);
    return this;
  }

  List<Call> calls() {
    return calls;
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (!answers.containsKey(method.getName())) {
      throw new IllegalStateException("method=" + method.getName() + " has no answer");
    }
    calls.add(new Call(method.getName(), arguments == null ? List.of() : List.of(arguments)));
    return answers.get(method.getName()).call();
  }
}
