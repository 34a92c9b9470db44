// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/pem"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// rootCertificates gives the certificates of public authorities, in PEM, for
// remote write over TLS. They are Mozilla's, in the version that go.mod names,
// so that an image does not depend on the machine that packs it.
//
// An authority that Mozilla trusts with a constraint only is left out: a PEM
// file cannot say the constraint.
func rootCertificates() ([]byte, error) {
	var certificates bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint != nil {
			continue
		}
		if err := pem.Encode(&certificates, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}); err != nil {
			return nil, err
		}
	}
	return certificates.Bytes(), nil
}
