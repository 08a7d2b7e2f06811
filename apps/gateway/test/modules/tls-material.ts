/** Certificates and keys for tests, made by openssl in a folder. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Encrypted with PBE-SHA1-RC4-128, which OpenSSL 3 reads with its legacy provider only; the password is `secret`. */
export const legacyKeyPem = `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGrMBwGCiqGSIb3DQEMAQEwDgQISRoKVDlcU1cCAggABIGKd7MbYO4zlOgbpFkx
s6exBrxMC/Iqhaek0rls5xk7O8C9iL11lMEW9xFqH/+yGCjMAKM1JTY1iEDr+IGr
iyoNRkLfweGbJyM2HxnI96MJJ3rNLWinr3xm/ptMfgP9JiBfyPoJiuvb54W2PauD
atqPkimu1Un5p79RKfemoT/eAG2ojbltXLHSN69L
-----END ENCRYPTED PRIVATE KEY-----
`;

/** Writes into the folder: <name>.pem, its <name>.key, <name>.p8 (the same key, encrypted with `secret`) and pw. */
export function makeTlsMaterial(folder: string, name: string): void {
  const openssl = (...args: string[]): void => void execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...newKey, "-keyout", `${name}.key`, "-out", `${name}.pem`, "-days", "2", "-subj", `/CN=${name}`);
  openssl("pkcs8", "-topk8", "-in", `${name}.key`, "-out", `${name}.p8`, "-passout", "pass:secret");
  writeFileSync(join(folder, "pw"), "secret\n");
}
