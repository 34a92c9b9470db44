// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"errors"
	"fmt"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Operator is what a folder applies for the Prometheus operator.
type Operator struct {
	PodMonitor     *monitoringv1.PodMonitor
	PrometheusRule *monitoringv1.PrometheusRule
}

// ReadOperator renders such a folder. It is as strict as Read.
func ReadOperator(folder string) (*Operator, error) {
	o := &Operator{}
	if err := render(folder, o.add); err != nil {
		return nil, err
	}
	if o.PodMonitor == nil || o.PrometheusRule == nil {
		return nil, errors.New("an object is missing")
	}
	return o, nil
}

func (o *Operator) add(object runtime.Object) error {
	switch object := object.(type) {
	case *monitoringv1.PodMonitor:
		return set(&o.PodMonitor, object)
	case *monitoringv1.PrometheusRule:
		return set(&o.PrometheusRule, object)
	default:
		return fmt.Errorf("not expected: %T", object)
	}
}
