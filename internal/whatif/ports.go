// SPDX-License-Identifier: Apache-2.0

package whatif

import "slices"

// Ports of protocols in which the server speaks first: FTP, SSH, SMTP, POP3, IMAP and
// MySQL. Source: IANA's registry, and the RFCs of the protocols.
var serverFirst = []uint16{21, 22, 25, 110, 143, 587, 3306}

// Ports of protocols in which the client speaks first: HTTP, HTTPS, LDAP, SMTP and POP3
// and IMAP over TLS, MQTT, PostgreSQL, AMQP, Redis, Kafka and MongoDB.
var clientFirst = []uint16{80, 443, 389, 465, 636, 993, 995, 1883, 5432, 5671, 5672, 6379, 6380, 8080, 8443, 8883, 9092, 9093, 9200, 27017}

func serverSpeaksFirst(port uint16) bool { return slices.Contains(serverFirst, port) }

func clientSpeaksFirst(port uint16) bool { return slices.Contains(clientFirst, port) }
