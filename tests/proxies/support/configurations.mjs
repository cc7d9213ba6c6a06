// Proxies as they are found in the field, written like the recipes: they listen on 8080 and ask 127.0.0.1:9000.

/** A location for `server` blocks; `lines` beside proxy_pass. */
export const nginx = (...lines) =>
  ["server {", "listen 8080;", "location / {", "proxy_pass http://127.0.0.1:9000;", ...lines, "}", "}"].join("\n");

export const passHost = "proxy_set_header Host $http_host;";
export const upgrade = [
  "proxy_http_version 1.1;",
  "proxy_set_header Upgrade $http_upgrade;",
  "proxy_set_header Connection upgrade;",
];
/** nginx buffers unless told otherwise; this is how the server's own wish is not heard. */
export const buffer = "proxy_ignore_headers X-Accel-Buffering;";

/** With the time-outs given, such as `client: "3s"`; the others are those of Debian's own haproxy.cfg. */
export const haproxy = (timeouts = {}) =>
  [
    "defaults",
    "mode http",
    ...Object.entries({ connect: "5s", client: "50s", server: "50s", ...timeouts }).map(
      ([name, value]) => `timeout ${name} ${value}`,
    ),
    "frontend web",
    "bind :8080",
    "default_backend device",
    "backend device",
    "server device 127.0.0.1:9000",
    "",
  ].join("\n");

/** `lines` inside reverse_proxy. */
export const caddy = (...lines) => [":8080 {", "reverse_proxy 127.0.0.1:9000 {", ...lines, "}", "}", ""].join("\n");

/** `parameters` of ProxyPass, `lines` beside it. */
export const apache = (parameters = "", ...lines) =>
  [
    "Listen 8080",
    "<VirtualHost *:8080>",
    ...lines,
    `ProxyPass / http://127.0.0.1:9000/ ${parameters}`,
    "</VirtualHost>",
  ].join("\n");

/** Stands before a virtual host. */
export const apacheModule = (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`;
