package frontegg

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/prefetch"
	"github.com/frontegg-go/frontegg/internal/validate"
)

// UserWalkOptions are the options of [UsersService.All]. The zero value reads pages of
// 200 users of the tenant itself, one at a time.
type UserWalkOptions struct {
	PageSize int // users per page, at most 200; 0 means 200; the server may return fewer
	// Concurrency is the maximum number of pages that are fetched at once, ahead of the
	// reader. 0 and 1 mean one, when the reader needs it.
	Concurrency int
	// IncludeSubTenants also yields the users of the tenant's sub-tenants.
	IncludeSubTenants bool
}

// All returns an iterator over all users of the tenant, by ID. It reads page by page and
// yields each user once. An error is yielded last. See [GroupsService.All] for what
// happens when users are added or removed meanwhile.
//
// [ErrPagination]: the server repeats a page, or has more than 10,000.
//
// GET /identity/resources/users/v3, for each page.
// See https://developers.frontegg.com/ciam/api/identity/user-management/userscontrollerv3_getusers.
func (s *UsersService) All(ctx context.Context, walk UserWalkOptions, opts ...RequestOption) iter.Seq2[User, error] {
	return func(yield func(User, error) bool) {
		c := newCall((*service)(s), op.ListUsersPage, opts)
		c.name = "users.all"
		for u, err := range userWalk(c, walk, "").all(ctx) {
			if err == nil && !walk.IncludeSubTenants && !c.isMember(u) {
				continue
			}
			if !yield(u, err) {
				return
			}
		}
	}
}

// FindByEmail returns the user of the tenant with exactly that e-mail address. Upper and
// lower case are the same.
//
// [ErrNotFound]: the tenant has no such user. [*ValidationError]: email is not an e-mail
// address.
//
// GET /identity/resources/users/v3, with the address as a filter. The filter is not
// trusted: users with another address are ignored. If it finds nothing, an address with
// upper case is also looked up in lower case.
// See https://developers.frontegg.com/ciam/api/identity/user-management/userscontrollerv3_getusers.
func (s *UsersService) FindByEmail(ctx context.Context, email string, opts ...RequestOption) (*User, error) {
	c := newCall((*service)(s), op.ListUsersPage, opts)
	c.name = "users.findByEmail"
	c.validateEmail("email", email)
	ctx, cancel := c.withTimeout(ctx)
	defer cancel()
	folded := validate.FoldEmail(email)
	for _, form := range emailForms(email) {
		walk := userWalk(c, UserWalkOptions{Concurrency: findConcurrency}, form)
		u, err := walk.first(ctx, func(u User) bool { return validate.FoldEmail(u.Email) == folded && c.isMember(u) })
		if u != nil || err != nil {
			return u, err
		}
		if walk.found > 0 { // the filter matches other addresses
			break
		}
	}
	return nil, fmt.Errorf("frontegg: %s: no user of the tenant has the address \"%s\": %w", c.name, c.printable(email, 100), ErrNotFound)
}

// emailForms returns the filters for an address: as it is, and in lower case for a server
// that stores lower case and compares exactly.
func emailForms(email string) []string {
	return slices.Compact([]string{email, validate.FoldEmail(email)})
}

// fewEmails is the number of addresses up to which FindByEmails does not read a page to
// learn how many users there are.
const fewEmails = 5

// FindByEmails returns the users of the tenant with the given e-mail addresses, by the
// address as it was given. Addresses without a user are missing. Upper and lower case are
// the same; duplicates are looked up once. If there are no addresses, the map is empty and
// nothing is sent.
//
// It sends as few requests as possible. Up to 5 addresses are looked up one by one, up to
// eight at once. For more, it reads the first page of 200 users, which also has their
// number, and then either looks up the addresses that are left or reads the other pages,
// whichever takes fewer requests: 300 addresses of a tenant with 20,000 users are 100
// requests, and 30 are 31. If the server ignores the filter by address, it also reads all
// pages, once.
//
// [*ValidationError]: one of emails is not an e-mail address; nothing was sent.
//
// GET /identity/resources/users/v3, for each address or page.
// See https://developers.frontegg.com/ciam/api/identity/user-management/userscontrollerv3_getusers.
func (s *UsersService) FindByEmails(ctx context.Context, emails []string, opts ...RequestOption) (map[string]User, error) {
	c := newCall((*service)(s), op.ListUsersPage, opts)
	c.name = "users.findByEmails"
	for i, email := range emails {
		c.validateEmail(fmt.Sprintf("emails[%d]", i), email)
	}
	if err := c.argumentError(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := c.withTimeout(ctx)
	defer cancel()
	search := newEmailSearch(c, emails)
	if len(search.wanted) > fewEmails {
		if err := search.readPages(ctx, false); err != nil {
			return nil, err
		}
	}
	if err := search.lookUpEach(ctx); err != nil {
		return nil, err
	}
	if len(search.wanted) > 0 {
		if err := search.readPages(ctx, true); err != nil {
			return nil, err
		}
	}
	return search.found, nil
}

// emailSearch looks for the users with several addresses.
type emailSearch struct {
	call   *call
	wanted map[string][]string // addresses without a user yet as given, by the folded address
	order  []string            // folded addresses
	found  map[string]User
}

func newEmailSearch(c *call, emails []string) *emailSearch {
	s := &emailSearch{call: c, wanted: map[string][]string{}, found: map[string]User{}}
	for _, email := range emails {
		folded := validate.FoldEmail(email)
		if s.wanted[folded] == nil {
			s.order = append(s.order, folded)
		}
		s.wanted[folded] = append(s.wanted[folded], email)
	}
	return s
}

// add adds a user to found, unless the address is not wanted.
func (s *emailSearch) add(u User) {
	folded := validate.FoldEmail(u.Email)
	for _, email := range s.wanted[folded] {
		if !s.call.isMember(u) {
			return
		}
		s.found[email] = u
	}
	delete(s.wanted, folded)
}

// readPages reads the first page of users, and the others if all is true or it is not fewer
// requests to look up each address that is left.
func (s *emailSearch) readPages(ctx context.Context, all bool) error {
	c := *s.call
	w := userWalk(&c, UserWalkOptions{Concurrency: batchConcurrency}, "")
	number, complete := 0, true
	w.enough = func(page []User, pages int) bool {
		for _, u := range page {
			s.add(u)
		}
		number++
		complete = all || number > 1 || pages == 0 || len(s.wanted) > pages-1
		return len(s.wanted) == 0 || !complete
	}
	for _, err := range w.all(ctx) {
		if err != nil {
			return err
		}
	}
	if complete { // the addresses that are left have no user
		clear(s.wanted)
	}
	return nil
}

// lookUpEach looks up the addresses that are left, several at once. Those that the first
// page does not settle, because the server ignores the filter, remain.
func (s *emailSearch) lookUpEach(ctx context.Context) error {
	var left []string // as given; s.wanted changes while the others are fetched
	for _, folded := range s.order {
		if emails := s.wanted[folded]; emails != nil {
			left = append(left, emails[0])
		}
	}
	options := prefetch.Options[fetchedPage[User]]{
		Limit: batchConcurrency, InitialWindow: batchConcurrency, HasMore: func(i int) bool { return i < len(left) },
	}
	next := 0
	for page, err := range prefetch.All(ctx, options, func(ctx context.Context, i int) (page fetchedPage[User], err error) {
		for _, form := range emailForms(left[i]) {
			c := *s.call
			page, err = userWalk(&c, UserWalkOptions{}, form).fetch(ctx, 0, maxPageSize)
			if err != nil || len(page.rows) > 0 {
				break
			}
		}
		return page, err
	}) {
		page.copyResponse()
		if err != nil {
			return err
		}
		for _, u := range page.rows {
			s.add(u)
		}
		n, total := len(page.rows), page.Metadata
		if n == 0 || total.TotalPages == 1 && n >= int(total.TotalItems) {
			delete(s.wanted, validate.FoldEmail(left[next]))
		}
		next++
	}
	return nil
}

// validateEmail validates the argument field. The reason has the address: it may be one of
// thousands.
func (c *call) validateEmail(field, email string) {
	if reason := validate.Email(email); reason != "" {
		c.invalid(field, fmt.Sprintf("\"%s\" %s", c.printable(email, 100), reason))
	}
}

// isMember reports whether the user is a member of the call's tenant, as far as is known.
func (c *call) isMember(u User) bool {
	return c.request.Tenant == "" || len(u.TenantIDs) == 0 || slices.Contains(u.TenantIDs, c.request.Tenant)
}

// usersQuery is the query of a page of users.
type usersQuery struct {
	Email             string    `url:"_email,omitempty"`
	IncludeSubTenants bool      `url:"_includeSubTenants"`
	Limit             int       `url:"_limit"`
	Offset            int       `url:"_offset"`
	SortBy            SortField `url:"_sortBy"`
	Order             Order     `url:"_order"`
}

// userWalk returns a walk over users for the call c. An empty email means all.
func userWalk(c *call, o UserWalkOptions, email string) *walk[User] {
	return newWalk(c, userResource, o.PageSize, o.Concurrency, func(c *call, page, size int) {
		c.setQuery(usersQuery{
			Email: email, IncludeSubTenants: o.IncludeSubTenants, Limit: size, Offset: page, SortBy: SortByID, Order: Ascending,
		})
	})
}
