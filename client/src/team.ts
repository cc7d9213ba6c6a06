/** What a member of a team does. */
export interface Member {
  /** This one holds the connection from now on. */
  lead(): void;
  /** Another one does. */
  follow(): void;
  /** Another one, the leader or not, says something. */
  hear(message: any, from: string): void;
  /** This browser lets none share. */
  alone(): void;
  /** Another one has gone. */
  left(from: string): void;
}

/** The tabs that share a connection. */
export interface Team {
  say(message: unknown, to?: string): void;
  /** The leader stands still: it is to be replaced. */
  depose(): void;
  leave(): void;
}

/** Web Locks are there in secure contexts alone, and plain HTTP on a LAN is none. The channel works in both. */
export const canShare = () => globalThis.BroadcastChannel && globalThis.document;

/** Finds out which of the tabs holds the connection. With Web Locks: who has the lock, which the browser passes on when a
 *  tab closes or crashes. Without: the eldest that says so. Should there be two for a moment, both connect, and cursors
 *  keep every tab's events apart. */
export function joinTeam(name: string, member: Member): Team {
  const rank = `${Date.now()} ${Math.random()}`;
  const channel = new BroadcastChannel(name);
  const locks = navigator.locks as LockManager | undefined;
  const gone = new AbortController();
  let leads = false;
  let release: (() => void) | undefined;
  let heir: ReturnType<typeof setTimeout>;

  const post = (envelope: object) => channel.postMessage({ from: rank, leads, ...envelope });

  const lead = () => {
    if (leads || gone.signal.aborted) return;
    leads = true;
    post({}); // of two, one is to hear that the other one is there
    member.lead();
  };

  const compete = (steal?: boolean) => {
    const held = () => {
      if (gone.signal.aborted) return;
      lead();
      return new Promise<void>((resolve) => (release = resolve));
    };
    locks!.request(name, steal ? { steal } : { signal: gone.signal }, held).catch(() => {
      if (leads) cede(); // it was stolen, after this tab had stood still
      else if (!gone.signal.aborted) member.alone();
    });
  };

  const cede = () => {
    leads = false;
    if (locks) compete();
    member.follow();
  };

  channel.onmessage = ({ data: { from, to, leads: leader, left, message } }) => {
    if (leader && leads && !locks) {
      if (from > rank) return post({});
      cede();
    }
    if (leader) {
      clearTimeout(heir);
      if (left && !locks) heir = setTimeout(lead, Math.random() * 300);
    }
    if (left) member.left(from);
    else if (message && (!to || to === rank)) member.hear(message, from);
  };

  if (locks) {
    queueMicrotask(() => gone.signal.aborted || leads || member.follow());
    compete();
  } else queueMicrotask(lead);
  return {
    say: (message, to) => post({ message, to }),
    depose: () => (locks && !leads ? compete(true) : lead()),
    leave() {
      post({ left: true });
      gone.abort();
      leads = false;
      clearTimeout(heir);
      release?.();
      channel.close();
    },
  };
}
