// The monitor's events, as payloads.hpp writes them.

export interface About {
  host: string;
  kernel: string;
  cores: number;
}

/** How the monitor is set, for all of its viewers. */
export interface Settings {
  interval_ms: number;
  paused: boolean;
  by: number | null; // the viewer who changed it last
  read_only: boolean;
}

export interface Cpu {
  total: number; // percent of all cores together
  cores: (number | null)[]; // percent by core number; null: offline
}

export interface Memory {
  total: number; // bytes
  used: number;
  available: number;
  cached: number;
  swap_total: number;
  swap_used: number;
}

export interface Load {
  one: number;
  five: number;
  fifteen: number;
}

export interface Rate {
  name: string;
  in: number; // bytes a second: received or read
  out: number; // sent or written
}

export interface Sensor {
  name: string;
  celsius: number;
}

export interface Process {
  pid: number;
  name: string;
  user: string;
  cpu: number | null; // percent of one core; null: too new to tell
  memory: number;
}

export interface Processes {
  count: number;
  top: Process[];
}

/** What is asked for one by one. */
export interface ProcessDetails {
  pid: number;
  name: string;
  command: string[];
  command_cut: boolean; // there is more of it
  state: string;
  parent: number; // 0: none
  threads: number;
  memory: number;
  open_files: number | null; // null: the monitor may not see them
  started: number | null; // Unix seconds
  user: string;
}

/** The figures of a moment, kept for those who come later. */
export interface Trend {
  cpu: Cpu;
  memory: Memory;
  load: Load;
  network: Rate; // all together
  disk: Rate;
}

export interface Happening {
  kind: string;
  text: string;
}

// A type alias, since the client wants one with an index.
export type MonitorEvents = {
  about: About;
  "monitor.settings": Settings;
  "monitor.you": number; // which viewer one is
  viewers: number;
  uptime: number;
  cpu: Cpu;
  memory: Memory;
  load: Load;
  network: Rate[];
  disk: Rate[];
  temperature: Sensor[];
  processes: Processes;
  trend: Trend;
  log: Happening;
};
