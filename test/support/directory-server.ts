/** A DN and the password to bind with. */
export interface Credentials {
  readonly dn: string
  readonly password: string
}

/** The passwords a server is started with. */
export interface Passwords {
  readonly admin: string
  readonly bridge: string
}

/** A directory with an example tree. */
export interface DirectoryEndpoint {
  readonly url: string
  readonly ldapsUrl: string
  /** The authority behind the server's certificate, as PEM, and the file it is in. */
  readonly ca: string
  readonly caFile: string
  /** May do everything; no password policy holds for it. */
  readonly admin: Credentials
  /** The bridge's account, with the rights it needs and no more. */
  readonly bridge: Credentials
  /** As the server says it: `2.6.10+dfsg-1`. */
  readonly version: string
  /** How it was obtained, in words. */
  readonly obtained: string
  /** The ways that were tried before, each with what it lacked. */
  readonly passedOver: readonly string[]
}

/** A directory server of one's own, to be stopped and started at will. Data, addresses and certificate stay the same. */
export interface DirectoryServer extends DirectoryEndpoint {
  /** What it logs, where it runs beside us. */
  readonly logFile?: string
  /** Orderly stop (SIGTERM); returns when it has ended. */
  stop(): Promise<void>
  /** Sudden death (SIGKILL); returns when it has ended. */
  kill(): Promise<void>
  /** Stands still with its connections open (SIGSTOP), as behind a broken network, until it is thawed. */
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** Starts it again, stopping it first where it runs; returns when it answers a bind. */
  restart(): Promise<void>
  /** Ends it for good and removes what it left behind. May be called twice. */
  close(): Promise<void>
}

/** A server under its start script, in a container or beside us: what the ways to run one have in common. */
export interface ServerProgram {
  readonly url: string
  readonly ldapsUrl: string
  /** How it was obtained, in words. */
  readonly obtained: string
  /** What it logs, where it runs beside us. */
  readonly logFile?: string
  /** Starts it; returns before it answers. */
  launch(): Promise<void>
  isRunning(): Promise<boolean>
  /** Returns when it does not run. */
  ended(): Promise<void>
  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>
  /** The authority behind its certificate, as PEM; there once it answers. */
  readCa(): Promise<string>
  /** What it has written, for the message about a failed start. */
  readLog(): Promise<string>
  /** Removes it with its data; it does not run any more. */
  remove(): Promise<void>
}
