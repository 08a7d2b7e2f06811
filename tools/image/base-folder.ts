/**
 * fillBase: fills the container with what is below Node: the C and C++ libraries that Node and the native modules load, from Debian's
 * packages, and the few files that name users and hosts. There is no shell and no package manager. Neighbour: build-image.ts makes a layer
 * of it.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The packages are fetched with `apt-get download`, so their version is that of the Debian that builds. */
const debianPackages = ["libc6", "libstdc++6", "libgcc-s1", "netbase"] as const;

/** The user in the container; it owns /data and nothing else. */
export const imageUser = { name: "signalbox", id: 65_532 } as const;

export function fillBase(folder: string, nodeBinary: string): void {
  for (const name of ["usr/bin", "usr/lib", "etc", "tmp", "app"]) mkdirSync(join(folder, name), { recursive: true });
  chmodSync(join(folder, "tmp"), 0o1777);
  // Since version 12 Debian has one place for libraries, with links under the old names.
  for (const name of ["lib", "lib64", "bin"]) {
    mkdirSync(join(folder, "usr", name), { recursive: true });
    symlinkSync(`usr/${name}`, join(folder, name));
  }
  const scratch = mkdtempSync(join(tmpdir(), "signalbox-base-"));
  try {
    execFileSync("apt-get", ["download", ...debianPackages], { cwd: scratch, stdio: ["ignore", "ignore", "inherit"] });
    for (const name of readdirSync(scratch).filter((file) => file.endsWith(".deb"))) unpack(join(scratch, name), { scratch, folder });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  for (const name of ["usr/share/doc", "usr/share/lintian", "usr/share/man", "usr/share/gcc", "usr/lib/x86_64-linux-gnu/gconv", "usr/sbin"])
    rmSync(join(folder, name), { recursive: true, force: true });
  copyFileSync(nodeBinary, join(folder, "usr/bin/node"));
  chmodSync(join(folder, "usr/bin/node"), 0o755);
  const { name, id } = imageUser;
  writeFileSync(join(folder, "etc/passwd"), `root:x:0:0::/:/sbin/nologin\n${name}:x:${id}:${id}::/data:/sbin/nologin\n`);
  writeFileSync(join(folder, "etc/group"), `root:x:0:\n${name}:x:${id}:\n`);
  writeFileSync(join(folder, "etc/nsswitch.conf"), "hosts: files dns\n");
}

/** Unpacks a package and keeps the licences, but not the rest of the documentation. */
function unpack(deb: string, { scratch, folder }: { scratch: string; folder: string }): void {
  const out = mkdtempSync(join(scratch, "deb-"));
  execFileSync("dpkg-deb", ["-x", deb, out]);
  // A package may still have files below /lib, which is a link here.
  for (const top of ["lib", "lib64"]) {
    if (!existsSync(join(out, top))) continue;
    cpSync(join(out, top), join(folder, "usr", top), { recursive: true, verbatimSymlinks: true });
    rmSync(join(out, top), { recursive: true });
  }
  cpSync(out, folder, { recursive: true, verbatimSymlinks: true });
}
