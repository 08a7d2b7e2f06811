/**
 * CertificateName: the name in a client certificate by which a machine is known: its common name, or an alternative name as OpenSSL writes
 * it.
 */
export const certificateNamePattern = /^(?:CN=|DNS:|URI:|email:)[^\p{C}\s,](?:[^\p{C},]{0,298}[^\p{C}\s,])?$/u;
