// SPDX-License-Identifier: Apache-2.0

// Package page tests the page of the extension egress_page in a real browser, and its
// API against the description that it gives of itself.
//
// The browser is Chromium; axe-core, the program that finds what people with other
// senses cannot use, is loaded from a file. `make test-page` has both.
package page
