package org.dmore.xen.contract.lab;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmore.xen.Errno;
import org.dmore.xen.XenException;
import org.dmore.xen.XenStore.WatchListener;

/**
 * Calls of interfaces across TCP, in both directions, each call in a thread of its own. An object
 * whose method returns an interface, or takes a listener, hands over a reference: the other side
 * gets a proxy of it.
 *
 * <p>Made for the contract tests in a closed network: no authentication.
 */
final class Link implements AutoCloseable {
  private static final int CALL = 1;
  private static final int RESULT = 2;
  private static final int REFUSAL = 3;
  private static final int FAILURE = 4;

  private final Socket socket;
  private final DataOutputStream out;
  private final DataInputStream in;
  private final Map<Integer, Object> exported = new ConcurrentHashMap<>();
  private final Map<Integer, CompletableFuture<Object>> pending = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private final ExecutorService workers = Executors.newCachedThreadPool(Link::daemon);

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "link");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * A link over a connected socket.
   *
   * @param root what the other side's first proxy stands for; null if it calls nothing
   */
  Link(Socket socket, Object root) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    this.out = new DataOutputStream(socket.getOutputStream());
    this.in = new DataInputStream(socket.getInputStream());
    if (root != null) {
      export(root);
    } else {
      numbers.incrementAndGet();
    }
  }

  /** The other side's root object. */
  <T> T root(Class<T> type) {
    return proxy(type, 0);
  }

  private int export(Object object) {
    int number = numbers.getAndIncrement();
    exported.put(number, object);
    return number;
  }

  /** Serves calls and takes answers until the other side closes. */
  void serve() throws IOException {
    try {
      while (true) {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        take(new DataInputStream(new ByteArrayInputStream(frame)));
      }
    } catch (EOFException e) {
      // The end of a session.
    } finally {
      IOException over = new IOException("link closed");
      pending.values().forEach(answer -> answer.completeExceptionally(over));
      workers.shutdownNow();
    }
  }

  private void take(DataInputStream frame) throws IOException {
    int kind = frame.readByte();
    int number = frame.readInt();
    switch (kind) {
      case CALL -> {
        Object target = exported.get(frame.readInt());
        String method = frame.readUTF();
        List<Object> arguments = new ArrayList<>();
        for (int left = frame.readByte(); left > 0; left--) {
          arguments.add(Wire.read(frame));
        }
        workers.execute(() -> answer(number, target, method, arguments));
      }
      case RESULT -> pending.remove(number).complete(Wire.read(frame));
      case REFUSAL ->
          pending
              .remove(number)
              .completeExceptionally(
                  new XenException(Errno.valueOf(frame.readUTF()), frame.readUTF()));
      case FAILURE ->
          pending
              .remove(number)
              .completeExceptionally(new IllegalStateException("remote: " + frame.readUTF()));
      default -> throw new IOException("frame kind=" + kind);
    }
  }

  private void answer(int number, Object target, String name, List<Object> arguments) {
    try {
      Object result = invoke(target, name, arguments);
      send(RESULT, number, frame -> Wire.write(frame, result));
    } catch (XenException e) {
      sendQuietly(
          REFUSAL,
          number,
          frame -> {
            frame.writeUTF(e.errno().name());
            frame.writeUTF(e.getMessage());
          });
    } catch (IOException | ReflectiveOperationException | RuntimeException e) {
      sendQuietly(FAILURE, number, frame -> frame.writeUTF(e.toString()));
    }
  }

  private Object invoke(Object target, String name, List<Object> arguments)
      throws IOException, ReflectiveOperationException {
    Method method = find(target, name, arguments.size());
    Object[] values = new Object[arguments.size()];
    for (int i = 0; i < values.length; i++) {
      Object value = arguments.get(i);
      values[i] =
          value instanceof Wire.Reference reference
              ? proxy(method.getParameterTypes()[i], reference.number())
              : value;
    }
    try {
      Object result = method.invoke(target, values);
      return isRemote(method.getReturnType()) ? new Wire.Reference(export(result)) : result;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof XenException refusal) {
        throw refusal;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Method find(Object target, String name, int arguments)
      throws NoSuchMethodException {
    for (Class<?> type = target.getClass(); type != null; type = type.getSuperclass()) {
      for (Class<?> port : type.getInterfaces()) {
        for (Method method : port.getMethods()) {
          if (method.getName().equals(name) && method.getParameterCount() == arguments) {
            method.setAccessible(true);
            return method;
          }
        }
      }
    }
    throw new NoSuchMethodException(target.getClass() + "." + name);
  }

  /** Whether an object of this type stays where it is. */
  private static boolean isRemote(Class<?> type) {
    return type.isInterface() && type.getName().startsWith("org.dmore.");
  }

  private <T> T proxy(Class<T> type, int number) {
    InvocationHandler handler =
        (self, method, arguments) -> {
          if (method.isDefault()) {
            return InvocationHandler.invokeDefault(self, method, arguments);
          }
          if (method.getDeclaringClass() == Object.class) {
            return method.getName().equals("equals")
                ? (Object) (self == arguments[0])
                : method.getName().equals("hashCode") ? (Object) number : type + "@" + number;
          }
          Object result = call(number, method, arguments == null ? new Object[0] : arguments);
          return result instanceof Wire.Reference reference
              ? proxy(method.getReturnType(), reference.number())
              : result;
        };
    return type.cast(
        Proxy.newProxyInstance(Link.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private Object call(int target, Method method, Object[] arguments) throws Throwable {
    int number = numbers.getAndIncrement();
    CompletableFuture<Object> answer = new CompletableFuture<>();
    pending.put(number, answer);
    send(
        CALL,
        number,
        frame -> {
          frame.writeInt(target);
          frame.writeUTF(method.getName());
          frame.writeByte(arguments.length);
          for (Object argument : arguments) {
            Wire.write(
                frame,
                argument instanceof WatchListener
                    ? new Wire.Reference(export(argument))
                    : argument);
          }
        });
    try {
      return answer.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof XenException refusal) {
        // A fresh one, with this thread's stack; the text has its errno already.
        throw refusal;
      }
      throw new UncheckedIOException(new IOException(method.getName(), e.getCause()));
    }
  }

  @FunctionalInterface
  private interface Content {
    void writeTo(DataOutputStream frame) throws IOException;
  }

  private void sendQuietly(int kind, int number, Content content) {
    try {
      send(kind, number, content);
    } catch (IOException e) {
      // The other side has gone.
    }
  }

  private void send(int kind, int number, Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream frame = new DataOutputStream(bytes);
    frame.writeByte(kind);
    frame.writeInt(number);
    content.writeTo(frame);
    synchronized (out) {
      out.writeInt(bytes.size());
      out.write(bytes.toByteArray());
      out.flush();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
