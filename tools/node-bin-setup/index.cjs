/**
 * What the install script of the npm package `node` calls. The published one runs a second npm inside the first, which fetches the
 * platform's binary by name and version, past the lock file. This one only links the binary of a package that is an optional dependency
 * of the root: it stands in the lock file, so npm has compared its bytes with the integrity there before this runs (decision 32).
 *
 * A platform whose binary the lock file does not have keeps the Node it is installed with; tools/start.mjs says whether it is enough.
 */
const fs = require("node:fs");
const path = require("node:path");

function locate(packageName, resolve) {
  try {
    return path.dirname(resolve(`${packageName}/package.json`));
  } catch {
    return undefined;
  }
}

/** A hard link costs no room; between two file systems there is none, so the file is copied. */
function place(binary, target) {
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.rmSync(target, { force: true });
  try {
    fs.linkSync(binary, target);
  } catch {
    fs.copyFileSync(binary, target);
    fs.chmodSync(target, 0o755);
  }
}

module.exports = function linkLockedNode(version, requireOfNode) {
  const packageName = `node-${process.platform}-${process.arch}`;
  const folder = locate(packageName, requireOfNode.resolve);
  if (folder === undefined) {
    console.error(`${packageName} is not in the lock file: Signalbox runs on the Node that is installed here, which must be 24 or later.`);
    return;
  }
  const found = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")).version;
  if (found !== version) throw new Error(`${packageName} is ${found} and node is ${version}: give both the same version in package.json.`);
  place(path.join(folder, "bin", "node"), path.resolve("bin", "node"));
};
