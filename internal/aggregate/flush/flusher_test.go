// SPDX-License-Identifier: Apache-2.0

package flush

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errRefused = errors.New("refused")

func TestWorse(t *testing.T) {
	permanent, other := consumererror.NewPermanent(errRefused), errors.New("other")
	for _, test := range []struct{ first, second, want error }{
		{nil, nil, nil},
		{nil, errRefused, errRefused},
		{errRefused, nil, errRefused},
		{errRefused, other, errRefused},
		{permanent, nil, permanent},
		{permanent, other, other},
		{other, permanent, other},
	} {
		assert.Equal(t, test.want, worse(test.first, test.second))
	}
}
