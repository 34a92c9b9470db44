// SPDX-License-Identifier: Apache-2.0

package workload

import "strings"

// The random parts of Kubernetes' names have no vowels and no 0, 1 and 3, so that
// they are no words.
// Source: k8s.io/apimachinery/pkg/util/rand.
const (
	safeLetters  = "bcdfghjklmnpqrstvwxz2456789"
	podSuffixLen = 5
	maxNameLen   = 63
)

// OfPod guesses the name of the workload from the name of a pod, by the way in
// which Kubernetes' controllers name pods. Istio takes it from the pod's owner,
// which a log does not name. Source: istio pkg/kube GetDeployMetaFromPod.
func OfPod(pod string) string {
	base, last, ok := cutLast(pod)
	if !ok {
		return pod
	}
	if isDigits(last) && len(last) <= 4 {
		return base // StatefulSet: name-0
	}
	if isCutHash(pod, last) {
		return base // Deployment: name-hashsuffix
	}
	if len(last) != podSuffixLen || !isAlphanumeric(last) {
		return pod
	}
	owner, hash, ok := cutLast(base)
	switch {
	case ok && isTemplateHash(hash):
		return owner // Deployment: name-hash-suffix
	case !onlyOf(last, safeLetters):
		return pod
	case ok && isDigits(hash) && len(hash) >= 8 && len(hash) <= 10:
		return owner // CronJob: name-minutes-suffix
	default:
		return base // DaemonSet, Job: name-suffix
	}
}

// isTemplateHash tells a pod-template-hash from a word: up to ten letters of
// the safe alphabet, and rarely fewer than eight.
func isTemplateHash(s string) bool {
	if len(s) > 10 || !onlyOf(s, safeLetters) {
		return false
	}
	return len(s) >= 8 || len(s) >= 6 && strings.ContainsAny(s, "2456789")
}

// isCutHash tells whether the last part of a pod's name is what is left of a
// pod-template-hash, and the suffix: Kubernetes cuts what stands before the suffix
// where the name would be too long, and the dash goes with it.
// Source: k8s.io/apiserver/pkg/storage/names.
func isCutHash(pod, last string) bool {
	return len(pod) == maxNameLen && len(last) > podSuffixLen && len(last) <= 10+podSuffixLen && onlyOf(last, safeLetters)
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '-')
	if i <= 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

func isDigits(s string) bool { return s != "" && onlyOf(s, "0123456789") }

func isAlphanumeric(s string) bool {
	return onlyOf(s, "abcdefghijklmnopqrstuvwxyz0123456789")
}

func onlyOf(s, letters string) bool {
	return strings.Trim(s, letters) == ""
}
