// What it takes to run each kind of proxy in the foreground, as any user, with all its files in one folder. `config` is
// what the administrator writes, in the place that the recipe names; what a Debian package puts around it is here.
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { apacheModule } from "./configurations.mjs";

const run = promisify(execFile);
const asRoot = process.getuid() === 0;
const lines = (...all) => all.flat().filter(Boolean).join("\n");

/** Sends the signal, and waits for its effect in the log, where the words must come once more. */
const bySignal = (signal, words) => async (proxy) => {
  const count = () => proxy.log().split(words).length;
  const before = count();
  proxy.signal(signal);
  await proxy.until(`${words}, after ${signal}`, () => count() > before);
};

export const kinds = {
  nginx: {
    recipe: "nginx.conf",
    async command(folder, config) {
      await writeFile(join(folder, "pushwire.conf"), config);
      await writeFile(
        join(folder, "main.conf"),
        lines(
          asRoot && "user root;", // the folder is the user's alone
          "worker_processes 1;",
          `pid ${folder}/pid;`,
          "events {}",
          "http {",
          "access_log off;",
          ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`),
          `include ${folder}/pushwire.conf;`,
          "}",
        ),
      );
      const globals = "daemon off; error_log stderr notice;";
      return ["/usr/sbin/nginx", "-p", folder, "-e", "stderr", "-c", join(folder, "main.conf"), "-g", globals];
    },
    reload: bySignal("SIGHUP", "gracefully shutting down"), // the old worker
  },

  haproxy: {
    recipe: "haproxy.cfg",
    async command(folder, config) {
      await writeFile(join(folder, "haproxy.cfg"), config);
      return ["/usr/sbin/haproxy", "-W", "-f", join(folder, "haproxy.cfg")];
    },
    reload: bySignal("SIGUSR2", "Loading success"),
  },

  caddy: {
    recipe: "Caddyfile",
    async command(folder, config) {
      await writeFile(join(folder, "Caddyfile"), config);
      await writeFile(join(folder, "main"), lines("{", `admin ${adminOf(folder)}`, "}", `import ${folder}/Caddyfile`));
      const places = ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"].map((name) => `${name}=${folder}`);
      return ["/usr/bin/env", ...places, "/usr/bin/caddy", "run", ...mainOf(folder)];
    },
    reload: ({ folder }) =>
      run("/usr/bin/caddy", ["reload", "--force", "--address", adminOf(folder), ...mainOf(folder)]),
  },

  apache: {
    recipe: "apache.conf",
    log: "error.log",
    async command(folder, config) {
      await writeFile(
        join(folder, "apache2.conf"),
        lines(
          `ServerRoot ${folder}`,
          `DefaultRuntimeDir ${folder}`,
          `PidFile ${folder}/pid`,
          "ServerName localhost",
          asRoot && ["User nobody", "Group nogroup"], // it would not serve as root
          ["mpm_event", "authz_core", "headers", "proxy", "proxy_http"].map(apacheModule),
          `ErrorLog ${folder}/error.log`,
          config,
        ),
      );
      return ["/usr/sbin/apache2", "-f", join(folder, "apache2.conf"), "-DFOREGROUND"];
    },
    reload: bySignal("SIGUSR1", "resuming normal operations"),
  },
};

const adminOf = (folder) => `unix/${folder}/admin`;
const mainOf = (folder) => ["--adapter", "caddyfile", "--config", join(folder, "main")];
