package org.dmore.xen.contract.lab;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.dmore.xen.Access;
import org.dmore.xen.DomainId;
import org.dmore.xen.EventPort;
import org.dmore.xen.GrantRef;
import org.dmore.xen.NodePermissions;
import org.dmore.xen.NodePermissions.Right;

/** The values that go between a rig and its agents: one letter for the type, then the value. */
final class Wire {

  /** An object that lives at the other side. */
  record Reference(int number) {}

  private Wire() {}

  static void write(DataOutputStream out, Object value) throws IOException {
    if (value == null) {
      out.writeByte('0');
    } else if (value instanceof Boolean flag) {
      out.writeByte('z');
      out.writeBoolean(flag);
    } else if (value instanceof Integer number) {
      out.writeByte('i');
      out.writeInt(number);
    } else if (value instanceof Long number) {
      out.writeByte('l');
      out.writeLong(number);
    } else if (value instanceof String text) {
      out.writeByte('s');
      out.writeUTF(text);
    } else if (value instanceof Duration duration) {
      out.writeByte('t');
      out.writeLong(duration.toNanos());
    } else if (value instanceof DomainId domain) {
      out.writeByte('d');
      out.writeInt(domain.value());
    } else if (value instanceof EventPort port) {
      out.writeByte('e');
      out.writeInt(port.value());
    } else if (value instanceof GrantRef ref) {
      out.writeByte('g');
      out.writeInt(ref.value());
    } else if (value instanceof Access access) {
      out.writeByte('a');
      out.writeUTF(access.name());
    } else if (value instanceof Reference reference) {
      out.writeByte('r');
      out.writeInt(reference.number());
    } else if (value instanceof Optional<?> optional) {
      out.writeByte('o');
      write(out, optional.orElse(null));
    } else if (value instanceof List<?> list) {
      out.writeByte('[');
      out.writeInt(list.size());
      for (Object element : list) {
        write(out, element);
      }
    } else if (value instanceof NodePermissions permissions) {
      writePermissions(out, permissions);
    } else {
      throw new IOException("type=" + value.getClass() + " has no letter here");
    }
  }

  private static void writePermissions(DataOutputStream out, NodePermissions permissions)
      throws IOException {
    out.writeByte('p');
    out.writeInt(permissions.owner().value());
    out.writeUTF(permissions.others().name());
    out.writeInt(permissions.named().size());
    for (Map.Entry<DomainId, Right> entry : permissions.named().entrySet()) {
      out.writeInt(entry.getKey().value());
      out.writeUTF(entry.getValue().name());
    }
  }

  static Object read(DataInputStream in) throws IOException {
    int type = in.readByte();
    return switch (type) {
      case '0' -> null;
      case 'z' -> in.readBoolean();
      case 'i' -> in.readInt();
      case 'l' -> in.readLong();
      case 's' -> in.readUTF();
      case 't' -> Duration.ofNanos(in.readLong());
      case 'd' -> new DomainId(in.readInt());
      case 'e' -> new EventPort(in.readInt());
      case 'g' -> new GrantRef(in.readInt());
      case 'a' -> Access.valueOf(in.readUTF());
      case 'r' -> new Reference(in.readInt());
      case 'o' -> Optional.ofNullable(read(in));
      case '[' -> readList(in);
      case 'p' -> readPermissions(in);
      default -> throw new IOException("letter=" + (char) type + " is no type");
    };
  }

  private static List<Object> readList(DataInputStream in) throws IOException {
    int size = in.readInt();
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(read(in));
    }
    return list;
  }

  private static NodePermissions readPermissions(DataInputStream in) throws IOException {
    DomainId owner = new DomainId(in.readInt());
    Right others = Right.valueOf(in.readUTF());
    Map<DomainId, Right> named = new TreeMap<>((a, b) -> Integer.compare(a.value(), b.value()));
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      DomainId domain = new DomainId(in.readInt());
      named.put(domain, Right.valueOf(in.readUTF()));
    }
    return new NodePermissions(owner, others, named);
  }
}
