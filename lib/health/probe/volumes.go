package main

import "syscall"

// owner is whom a file is given to. Without a group, the file keeps its own.
type owner struct {
	user, group int
}

const (
	keepGroup = -1
	largestID = 1<<32 - 2
)

// parseOwner reads "uid" or "uid:gid".
func parseOwner(text string) (read owner, valid bool) {
	userText, groupText := cut(text, ':')
	user, userValid := natural(userText)
	read = owner{user: int(user), group: keepGroup}
	if userText != text {
		group, groupValid := natural(groupText)
		if !groupValid || group > largestID {
			return owner{}, false
		}
		read.group = int(group)
	}
	return read, userValid && user <= largestID
}

func (o owner) has(path string) (owns, isDirectory bool, err error) {
	var status syscall.Stat_t
	if err = syscall.Lstat(path, &status); err != nil {
		return false, false, err
	}
	owns = int(status.Uid) == o.user && (o.group == keepGroup || int(status.Gid) == o.group)
	return owns, status.Mode&syscall.S_IFMT == syscall.S_IFDIR, nil
}

// own gives directories with all that is in them to a user. A directory that the user has already, with its entries, is
// not walked: a large volume costs nothing then.
//
// Each directory changes its owner before its entries are listed, because the old owner may still run: what it creates
// later is refused. The topmost directory changes last. It tells a later run that nothing is left to do.
func own(arguments []string) (exitCode int, line string) {
	if len(arguments) < 2 {
		return exitUsage, usageError("own: needs an owner and a directory")
	}
	to, valid := parseOwner(arguments[0])
	if !valid {
		return exitUsage, usageError("own: the owner " + quote(arguments[0]) + " is not of the form uid:gid")
	}
	changed := 0
	for _, top := range arguments[1:] {
		owns, isDirectory, err := to.has(top)
		if err == nil && !isDirectory {
			err = syscall.ENOTDIR
		}
		if err != nil {
			return exitUnhealthy, "own: " + quote(top) + ": " + err.Error()
		}
		foreign, path, err := to.foreignIn(top)
		if err == nil && (!owns || foreign) {
			if path, err = to.take(top, &changed, true); err == nil {
				if path, err = to.give(top, &changed); err == nil {
					// What was created in it until now.
					path, err = to.take(top, &changed, false)
				}
			}
		}
		if err != nil {
			return exitUnhealthy, "own: " + quote(path) + ": " + err.Error()
		}
	}
	return exitHealthy, "own: " + decimal(changed) + " files have a new owner"
}

// foreignIn tells whether an entry of the directory has another owner.
func (o owner) foreignIn(directory string) (found bool, failed string, err error) {
	names, err := entries(directory)
	for _, name := range names {
		owns, _, err := o.has(directory + "/" + name)
		if err == syscall.ENOENT {
			continue
		}
		if err != nil || !owns {
			return true, directory + "/" + name, err
		}
	}
	return false, directory, err
}

// take changes the owner of all that is in a directory. Without a walk, it leaves out what has the owner already.
func (o owner) take(directory string, changed *int, walk bool) (failed string, err error) {
	names, err := entries(directory)
	if err != nil {
		return directory, err
	}
	for _, name := range names {
		path := directory + "/" + name
		owns, isDirectory, err := o.has(path)
		if err == nil && (walk || !owns) {
			failed = path
			if _, err = o.give(path, changed); err == nil && isDirectory {
				failed, err = o.take(path, changed, true)
			}
		}
		if err != nil && err != syscall.ENOENT {
			return failed, err
		}
	}
	return "", nil
}

func (o owner) give(path string, changed *int) (failed string, err error) {
	owns, _, err := o.has(path)
	if err != nil || owns {
		return path, err
	}
	if err = syscall.Lchown(path, o.user, o.group); err == nil {
		*changed++
	}
	return path, err
}

// entries lists a directory, without . and ..
func entries(path string) (names []string, err error) {
	directory, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NOFOLLOW|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer syscall.Close(directory)
	buffer := make([]byte, 8192)
	for {
		size, err := syscall.ReadDirent(directory, buffer)
		if err != nil || size <= 0 {
			return names, err
		}
		_, _, names = syscall.ParseDirent(buffer[:size], -1, names)
	}
}
