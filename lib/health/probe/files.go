package main

import "syscall"

// place moves uploaded files to where the program reads them. Its arguments are groups of four: owner, mode, from, to.
// A file that was not uploaded is empty, because the engine's client uploads no empty ones. A path that ends with a
// slash is a directory to create.
//
// A running program sees the old content or the new one, never a part: the file is complete before it gets its name.
func place(arguments []string) (exitCode int, line string) {
	const group = 4
	if len(arguments) == 0 || len(arguments)%group != 0 {
		return exitUsage, usageError("place: needs groups of owner, mode, source and target")
	}
	staged := ""
	for rest := arguments; len(rest) > 0; rest = rest[group:] {
		to, valid := parseOwner(rest[0])
		mode, modeValid := octal(rest[1])
		if !valid || !modeValid {
			return exitUsage, usageError("place: the owner " + quote(rest[0]) + " or the mode " + quote(rest[1]) + " is not valid")
		}
		from, target := rest[2], rest[3]
		if target[len(target)-1] == '/' {
			if err := directories(target); err != nil {
				return exitUnhealthy, "place: cannot create the directory " + quote(target) + ": " + err.Error()
			}
			continue
		}
		if err := placeOne(to, mode, from, target); err != nil {
			reason := err.Error()
			if err == syscall.EISDIR || err == syscall.ENOTEMPTY || err == syscall.EEXIST {
				reason = "the image has a directory there"
			}
			return exitUnhealthy, "place: cannot place " + quote(target) + ": " + reason
		}
		staged = parentOf(from)
	}
	if staged != "" {
		syscall.Rmdir(staged)
	}
	return exitHealthy, "place: " + decimal(len(arguments)/group) + " files are in place"
}

func placeOne(to owner, mode uint32, from, target string) error {
	if err := directories(from[:len(parentOf(from))+1]); err != nil {
		return err
	}
	file, err := syscall.Open(from, syscall.O_RDONLY|syscall.O_CREAT|syscall.O_NOFOLLOW|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return err
	}
	defer syscall.Close(file)
	if err = syscall.Fchown(file, to.user, to.group); err != nil {
		return err
	}
	if err = syscall.Fchmod(file, mode); err != nil {
		return err
	}
	// A power cut must not leave the new name with no content.
	if err = syscall.Fsync(file); err != nil {
		return err
	}
	if err = directories(target[:len(parentOf(target))+1]); err != nil {
		return err
	}
	return syscall.Rename(from, target)
}

func parentOf(path string) string {
	end := len(path) - 1
	for end > 0 && path[end] != '/' {
		end--
	}
	return path[:max(end, 0)]
}

// directories creates those of a path, up to its last slash, that do not exist.
func directories(path string) error {
	for i := 1; i < len(path); i++ {
		if path[i] != '/' {
			continue
		}
		var status syscall.Stat_t
		err := syscall.Stat(path[:i], &status)
		switch {
		case err == syscall.ENOENT:
			err = syscall.Mkdir(path[:i], 0o755)
		case err == nil && status.Mode&syscall.S_IFMT != syscall.S_IFDIR:
			err = syscall.ENOTDIR
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// octal reads a mode of three or four octal digits.
func octal(text string) (mode uint32, valid bool) {
	for i := 0; i < len(text); i++ {
		if text[i] < '0' || text[i] > '7' {
			return 0, false
		}
		mode = mode*8 + uint32(text[i]-'0')
	}
	return mode, len(text) == 3 || len(text) == 4
}
