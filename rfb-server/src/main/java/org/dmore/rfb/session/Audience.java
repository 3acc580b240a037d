package org.dmore.rfb.session;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmore.rfb.ControlPolicy;
import org.dmore.rfb.Desktop;

/**
 * Who is on the desktop: who has control, who watches, and what each shows as the title.
 *
 * <p>Control passes in two steps, since clients may be on different event loops: the holder is told
 * that it has none any more, releases what it holds down and says so ({@link #released}); only then
 * the next one has it. Members are not told what to do but that something has changed, and look
 * ({@link #has}): so it does not matter in which order threads tell them.
 *
 * <p>Thread-safe. Members are called without the lock. {@link Desktop#addListener} is called with
 * it, so what the desktop calls must not take it: see {@link Member#renamed}.
 */
public final class Audience {

  /** A client on the desktop. Thread-safe. */
  interface Member {
    long id();

    /** Whether it has the right to control. */
    boolean mayControl();

    /** Whether it has not typed or pointed for as long as the policy says. */
    boolean isIdle();

    /** As others may read it; empty if nobody knows. */
    String userName();

    /** Control or the audience changed. May act at once. */
    void audienceChanged();

    /** The desktop has another name. Must not act at once: the desktop's locks may be held. */
    void renamed();
  }

  private final Desktop desktop;
  private final ControlPolicy policy;
  private final List<Member> members = new CopyOnWriteArrayList<>();
  private final Desktop.Listener nameListener = new NameListener();

  private Optional<Member> holder = Optional.empty();
  private Optional<Member> next = Optional.empty();
  private boolean withheld;

  public Audience(Desktop desktop, ControlPolicy policy) {
    this.desktop = desktop;
    this.policy = policy;
  }

  ControlPolicy policy() {
    return policy;
  }

  /** A client has come. */
  void join(Member member) {
    synchronized (this) {
      if (members.isEmpty()) {
        desktop.addListener(nameListener);
      }
      members.add(member);
      if (policy.takeOver() == ControlPolicy.TakeOver.NEWEST && member.mayControl()) {
        pass(member);
      }
    }
    tellAbout(member);
    member.audienceChanged();
  }

  /** A client is gone, and holds nothing down. */
  void leave(Member member) {
    synchronized (this) {
      if (!members.remove(member)) {
        return;
      }
      if (members.isEmpty()) {
        desktop.removeListener(nameListener);
      }
      next = next.filter(waiting -> waiting != member);
      if (isHolder(member)) {
        holder = next.or(this::heir);
        next = Optional.empty();
      }
    }
    tellAbout(member);
  }

  /**
   * A client without control types or points.
   *
   * @param deliberate whether it pressed something
   * @return whether it gets control; it may have it already, or is told when it does
   */
  boolean wants(Member member, boolean deliberate) {
    synchronized (this) {
      if (withheld || isEveryone() || !member.mayControl()) {
        return false;
      }
      if (next.isPresent()) {
        return next.get() == member;
      }
      if (!isHolder(member)) {
        boolean free =
            holder.isEmpty()
                || (deliberate
                    && policy.takeOver() == ControlPolicy.TakeOver.WHEN_IDLE
                    && holder.get().isIdle());
        if (!free) {
          return false;
        }
        pass(member);
      }
    }
    tellAll();
    return true;
  }

  /** Whether a client has control now. */
  synchronized boolean has(Member member) {
    if (withheld) {
      return false;
    }
    return isEveryone() ? member.mayControl() : isHolder(member) && next.isEmpty();
  }

  /** Whether a client gets control as soon as the holder has let go. */
  synchronized boolean isNext(Member member) {
    return next.isPresent() && next.get() == member;
  }

  /** A client that {@link #has} control no longer holds nothing down any more. */
  void released(Member member) {
    synchronized (this) {
      if (!isHolder(member) || has(member)) {
        return;
      }
      holder = next;
      next = Optional.empty();
    }
    tellAll();
  }

  /**
   * Gives control to a client.
   *
   * @return false if there is none with that id, or it may not control
   */
  public boolean give(long id) {
    synchronized (this) {
      Optional<Member> member =
          members.stream().filter(one -> one.id() == id && one.mayControl()).findFirst();
      if (member.isEmpty()) {
        return false;
      }
      withheld = false;
      if (!isEveryone()) {
        pass(member.get());
      }
    }
    tellAll();
    return true;
  }

  /** Takes control from whoever has it; no one gets it until it is given. */
  public void take() {
    synchronized (this) {
      withheld = true;
      next = Optional.empty();
    }
    tellAll();
  }

  /** What a client is to show as the title. */
  String titleFor(Member member) {
    String role = role(member);
    return desktop.name() + role;
  }

  private synchronized String role(Member member) {
    if (has(member)) {
      int watchers = 0;
      for (Member other : members) {
        watchers += other == member || has(other) ? 0 : 1;
      }
      return watchers == 0 ? "" : " (" + watchers + " watching)";
    }
    if (!member.mayControl()) {
      return " (view only)";
    }
    if (holder.isEmpty() && !withheld) {
      return "";
    }
    String user = withheld ? "" : holder.map(Member::userName).orElse("");
    return user.isEmpty() ? " (watching)" : " (watching, " + user + " has control)";
  }

  private boolean isEveryone() {
    return policy.takeOver() == ControlPolicy.TakeOver.EVERYONE;
  }

  private boolean isHolder(Member member) {
    return holder.isPresent() && holder.get() == member;
  }

  private void pass(Member member) {
    if (holder.isEmpty()) {
      holder = Optional.of(member);
    }
    next = isHolder(member) ? Optional.empty() : Optional.of(member);
  }

  /** Who has control after a holder that has left. */
  private Optional<Member> heir() {
    if (policy.takeOver() != ControlPolicy.TakeOver.NEWEST) {
      return Optional.empty();
    }
    return members.stream().filter(Member::mayControl).reduce((older, newer) -> newer);
  }

  /** Tells of one that has come or gone; where all have control, that changes nothing for them. */
  private void tellAbout(Member member) {
    if (!isEveryone() || !member.mayControl()) {
      tellAll();
    }
  }

  private void tellAll() {
    members.forEach(Member::audienceChanged);
  }

  private final class NameListener implements Desktop.Listener {
    @Override
    public void damaged(int x, int y, int width, int height) {}

    @Override
    public void resized() {}

    @Override
    public void renamed() {
      members.forEach(Member::renamed);
    }
  }
}
